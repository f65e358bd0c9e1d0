// What the isolate offers: named FEEL expressions over one context, JSON text in, JSON text out.
import { evaluate, unaryTest } from '@bpmn-io/feelin';

// A value of FEEL as JSON: dates, times and durations as FEEL's string() writes them. What JSON can't hold is an error.
function asJson(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'function') throw new TypeError('gives a function, which is no value');
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value.toISO === 'function') return evaluate('string(value)', { value }).value;
  if ('start included' in value) throw new TypeError('gives a range, which is no value');
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new TypeError('gives something that is no value');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJson(item)]));
}

function evaluated(run, text, context) {
  try {
    return { value: asJson(run(text, context).value) };
  } catch (error) {
    return { error: String(error.message), position: error.position ? error.position.from : null };
  }
}

// {texts: {name: expression}, tests: {name: unary test}, context} → {name: {value} | {error, position}}
globalThis.evaluateAll = request => {
  const { texts, tests, context } = JSON.parse(request);
  const all = (run, named) => Object.entries(named).map(([name, text]) => [name, evaluated(run, text, context)]);
  return JSON.stringify(Object.fromEntries([...all(evaluate, texts), ...all(unaryTest, tests)]));
};

// {pattern, text} → whether the regular expression is found in the text; a pattern that is none is an error
globalThis.matches = request => {
  const { pattern, text } = JSON.parse(request);
  return JSON.stringify({ '': { value: new RegExp(pattern).test(text) } });
};
