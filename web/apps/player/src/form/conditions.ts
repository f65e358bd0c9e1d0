/** Which data a form's conditions leave, with one context for all fields instead of one for each. */

import { buildExpressionContext, ConditionChecker, type FormFields } from "@bpmn-io/form-js-viewer";

import { type Component, within } from "./schema";

type Data = Record<string, unknown>;

interface Registries {
  readonly formFieldRegistry: { getForm(): Component | undefined };
  readonly pathRegistry: { getValuePath(field: Component): string[] };
}

/** form-js's service `conditionChecker`. */
export class Conditions extends ConditionChecker {
  static override $inject = ["formFieldRegistry", "pathRegistry", "expressionLanguage", "eventBus", "formFields"];

  constructor(
    private readonly fields: Registries["formFieldRegistry"],
    private readonly paths: Registries["pathRegistry"],
    language: never,
    events: never,
    private readonly kinds: FormFields,
  ) {
    super(fields, paths, language, events);
  }

  override applyConditions(data: Data, contextData: Data = {}, options: object = {}): Data {
    const form = this.fields.getForm();
    // In a list that repeats, each row has variables of its own.
    if (!form || Object.keys(options).length || [...within(form)].some(({ type }) => type === "dynamiclist")) {
      return super.applyConditions(data, contextData, options);
    }
    const left = structuredClone(data);
    const context = buildExpressionContext({ this: contextData, data: contextData, i: [], parent: null }) as Data;
    const look = (field: Component, isWithinHidden: boolean) => {
      const { keyed } = (this.kinds.get(field.type) as { config: { keyed?: boolean } }).config;
      const isHidden = isWithinHidden || (field.conditional ? this._checkHideCondition(field.conditional, context) : false);
      if (keyed && isHidden) this._cleanlyClearDataAtPath(this.paths.getValuePath(field), left);
      for (const child of field.components ?? []) look(child, isHidden);
    };
    look(form, false);
    return left;
  }
}
