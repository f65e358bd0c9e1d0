/** The parts of a form-js schema that the player reads. Source: form-js, packages/form-json-schema. */

export interface Validation {
  readonly required?: boolean;
  readonly pattern?: string;
  readonly validationType?: string;
}

export interface Component {
  readonly id: string;
  readonly type: string;
  readonly key?: string;
  readonly label?: string;
  readonly text?: string;
  readonly description?: string;
  readonly validate?: Validation & Readonly<Record<string, unknown>>;
  readonly properties?: Readonly<Record<string, string>>;
  readonly components?: readonly Component[];
  readonly values?: readonly unknown[];
  readonly valuesKey?: string;
  readonly valuesExpression?: string;
  readonly subtype?: string;
  readonly dateLabel?: string;
  readonly timeLabel?: string;
  readonly timeSerializingFormat?: string;
  readonly disallowPassedDates?: boolean;
  readonly decimalDigits?: number;
  readonly increment?: number;
  readonly searchable?: boolean;
  readonly conditional?: { readonly hide?: string };
  readonly showOutline?: boolean;
  readonly verticalAlignment?: string;
  readonly appearance?: { readonly prefixAdorner?: string; readonly suffixAdorner?: string };
}

export interface Schema extends Component {
  readonly components: readonly Component[];
}

/** A component and all below it, in the order in which they are shown. */
export function* within(component: Component): Generator<Component> {
  yield component;
  for (const child of component.components ?? []) yield* within(child);
}
