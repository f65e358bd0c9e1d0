/** FEEL as form-js evaluates it, with the variables alone that an expression names: they are few, and seldom change. */

import { FeelExpressionLanguage, type Form } from "@bpmn-io/form-js-viewer";

type Context = Readonly<Record<string, unknown>>;

const NAME = /[\p{L}_][\p{L}\p{N}_]*/gu;
const PLAIN = /^[\p{L}_][\p{L}\p{N}_]*$/u;
/** What has another answer each time it is asked. */
const PASSING = /\b(now|today|random number)\s*\(/;

/** The names in an expression or a template, of variables and of whatever else; null where its value depends on more than variables. */
export function namesIn(text: string): readonly string[] | null {
  return PASSING.test(text) ? null : [...new Set(text.match(NAME))];
}

const odd = new WeakMap<Context, readonly string[]>();

/** Names that don't stand as one word in an expression, so that nobody can tell whether it has them. */
export function oddNames(variables: Context | null): readonly string[] {
  if (!variables) return [];
  const found = odd.get(variables) ?? Object.keys(variables).filter((name) => !PLAIN.test(name));
  odd.set(variables, found);
  return found;
}

interface Remembered {
  readonly given: string;
  readonly result: unknown;
}

/** form-js's service `expressionLanguage`. */
export class Expressions extends FeelExpressionLanguage {
  static override $inject = ["eventBus", "form"];
  private readonly names = new Map<string, readonly string[] | null>();
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    eventBus: unknown,
    private readonly form: Form,
  ) {
    super(eventBus);
  }

  override evaluate(expression: string, data: Context = {}): unknown {
    return this.once("expression", expression, data, (context) => super.evaluate(expression, context) as unknown);
  }

  override evaluateUnaryTest(expression: string, data: Context = {}): boolean | null {
    return this.once("test", expression, data, (context) => super.evaluateUnaryTest(expression, context)) as boolean | null;
  }

  private once(kind: string, expression: unknown, data: Context, evaluate: (context: Context) => unknown): unknown {
    if (typeof expression !== "string" || !expression.startsWith("=")) return null;
    const names = this.namesOf(expression);
    if (!names) return evaluate(data);
    const { initialData } = this.form._getState() as { initialData: Context | null };
    const needed = [...names, ...oddNames(initialData)].filter((name) => name in data);
    const context = Object.fromEntries(needed.map((name) => [name, data[name]]));
    const given = JSON.stringify(context);
    const before = this.remembered.get(kind + expression);
    if (before?.given === given) return before.result;
    const result = evaluate(context);
    this.remembered.set(kind + expression, { given, result });
    return result;
  }

  private namesOf(expression: string): readonly string[] | null {
    let names = this.names.get(expression);
    if (names === undefined) {
      names = namesIn(expression);
      this.names.set(expression, names);
    }
    return names;
  }
}
