/**
 * How a form gets onto the screen: as form-js does it, but a field is rendered anew only where something has changed that
 * it shows, and services keep their identity.
 */

import {
  buildExpressionContext,
  type FeelExpressionLanguage,
  type Form,
  FormComponent,
  FormContext,
  FormField,
  FormRenderContext,
  LocalExpressionContext,
} from "@bpmn-io/form-js-viewer";
import { type ComponentChildren, render, type VNode } from "preact";
import { useContext, useMemo, useReducer, useRef } from "preact/hooks";

import { namesIn, oddNames } from "./expressions";
import type { Component } from "./schema";

type Indexes = Readonly<Record<string, number>>;
type Variables = Readonly<Record<string, unknown>>;

/** What form-js hands its expressions. */
interface Surroundings {
  readonly data: Variables | null;
  readonly this: unknown;
  readonly parent: unknown;
  readonly i: unknown;
}

interface State {
  readonly schema: Component | null;
  readonly data: Variables;
  readonly initialData: Variables | null;
  readonly errors: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Events {
  on(event: string, listener: () => void): void;
}

interface Injector {
  get(name: string, isRequired?: boolean): unknown;
}

/** form-js's service `renderer`. */
export function Renderer(config: { container: Element }, eventBus: Events, form: Form, injector: Injector): void {
  const services = { getService: (name: string, isRequired = true) => injector.get(name, isRequired), formId: form._id };
  let refresh = (): void => undefined;
  const App = () => {
    const [, count] = useReducer((before: number) => before + 1, 0);
    refresh = () => {
      count(undefined as never);
    };
    const usual = useContext(FormRenderContext);
    const rendering = useMemo(() => ({ ...usual, Children }), [usual]);
    if (!stateOf(form).schema) return null;
    return (
      <FormContext.Provider value={services}>
        <FormRenderContext.Provider value={rendering}>
          <FormComponent onChange={update} onSubmit={submit} onReset={reset} />
        </FormRenderContext.Provider>
      </FormContext.Provider>
    );
  };
  const update = (change: never) => {
    form._update(change);
  };
  const submit = () => {
    if (!stateOf(form).properties["readOnly"]) form.submit();
  };
  const reset = () => {
    form.reset();
  };
  eventBus.on("changed", () => {
    refresh();
  });
  eventBus.on("form.init", () => {
    render(<App />, config.container);
  });
  eventBus.on("form.destroy", () => {
    render(null, config.container);
  });
}
Renderer.$inject = ["config.renderer", "eventBus", "form", "injector"];

function stateOf(form: Form): State {
  return form._getState() as unknown as State;
}

interface ChildrenProps {
  readonly class?: string;
  readonly style?: Record<string, string>;
  readonly field: Component;
  /** form-js's own rendering of them. */
  readonly children: readonly [VNode<FieldsProps>, ...ComponentChildren[]];
}

/** What form-js hands to each field. */
interface FieldsProps {
  readonly field: Component;
  readonly indexes?: Indexes;
}

interface Shown {
  readonly marks: string;
  readonly tree: VNode;
}

/** The fields of a form or of a group, in rows. */
function Children({ class: names, style, field, children }: ChildrenProps): VNode {
  const { getService } = useContext(FormContext) as { getService: Services };
  const surroundings = useContext(LocalExpressionContext) as Surroundings;
  const kept = useRef<ReadonlyMap<string, Shown>>(new Map());
  const [own] = children;
  // In a list that repeats, each row has variables of its own.
  if (getService("repeatRenderManager").isFieldRepeating(field.id)) return <div class={names} style={style}>{children}</div>;
  const now = new Map<string, Shown>();
  const rows = getService("formLayouter").getRows(field.id).map(({ id, components }) => {
    const fields = components.flatMap((name) => getService("formFieldRegistry").get(name) ?? []);
    const marks = marksOf(fields, own.props.indexes, surroundings, getService);
    const before = kept.current.get(id);
    const tree = before && before.marks === marks ? before.tree : (
      <LocalExpressionContext.Provider key={id} value={surroundings}>
        <div class="fjs-layout-row cds--row" style={{ alignItems: field.verticalAlignment ?? "start" }}>
          {fields.map((one) => <FormField key={one.id} {...own.props} field={one} />)}
        </div>
      </LocalExpressionContext.Provider>
    );
    if (marks !== null) now.set(id, { marks, tree });
    return tree;
  });
  kept.current = now;
  return <div class={names} style={style}>{rows}{children.slice(1)}</div>;
}

interface Service {
  readonly form: Form;
  readonly formLayouter: { getRows(field: string): readonly { readonly id: string; readonly components: readonly string[] }[] };
  readonly formFieldRegistry: { get(field: string): Component | undefined };
  readonly pathRegistry: { getValuePath(field: Component, of: { indexes: Indexes | undefined }): string[] };
  readonly repeatRenderManager: { isFieldRepeating(field: string): boolean };
  readonly expressionLanguage: FeelExpressionLanguage;
}
type Services = <Name extends keyof Service>(name: Name) => Service[Name];

/** With the same marks, fields look the same; null where anything may have changed. */
function marksOf(fields: readonly Component[], indexes: Indexes | undefined, surroundings: Surroundings, getService: Services): string | null {
  const { data, errors, initialData, properties } = stateOf(getService("form"));
  const marks: unknown[] = [properties["readOnly"], properties["disabled"], indexes];
  for (const field of fields) {
    const named = namedBy(field);
    if (!named) return null;
    const hide = field.conditional?.hide;
    marks.push(
      at(getService("pathRegistry").getValuePath(field, { indexes }), data),
      errors[field.id],
      hide && getService("expressionLanguage").evaluateUnaryTest(hide, contextOf(surroundings)),
      named.length ? [...named, ...oddNames(initialData)].map((name) => variable(name, surroundings)) : null,
    );
  }
  return JSON.stringify(marks);
}

const contexts = new WeakMap<Surroundings, Variables>();

/** What expressions see. */
function contextOf(surroundings: Surroundings): Variables {
  const context = contexts.get(surroundings) ?? (buildExpressionContext(surroundings) as Variables);
  contexts.set(surroundings, context);
  return context;
}

function at(path: readonly string[], data: unknown): unknown {
  return path.reduce((found: unknown, name) => (found as Variables | null | undefined)?.[name], data);
}

function variable(name: string, { data, ...others }: Surroundings): unknown {
  const plain = name.replace(/^_(.+)_$/, "$1");
  return [data?.[name], plain in others ? others[plain as keyof typeof others] : null];
}

const LEAVES = new Set(["textfield", "textarea", "number", "checkbox", "checklist", "radio", "select", "taglist", "datetime", "text"]);
const known = new WeakMap<Component, readonly string[] | null>();

/** Names in everything of a field that is evaluated, but for when it is hidden; null for one that may show whatever changes. */
function namedBy(field: Component): readonly string[] | null {
  let names = known.get(field);
  if (names === undefined) {
    const found = LEAVES.has(field.type) ? textsOf({ ...field, conditional: null }).map(namesIn) : [null];
    names = found.includes(null) ? null : found.flatMap((some) => some ?? []);
    known.set(field, names);
  }
  return names;
}

/** Expressions and templates of a field. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("=") || value.includes("{{") ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
