// What the isolate offers: named FEEL expressions over one context, JSON text in, JSON text out.
import { evaluate } from '@bpmn-io/feelin';

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

function evaluated(text, context) {
  try {
    return { value: asJson(evaluate(text, context).value) };
  } catch (error) {
    return { error: String(error.message), position: error.position ? error.position.from : null };
  }
}

// {texts: {name: expression}, context} → {name: {value} | {error, position}}
globalThis.evaluateAll = request => {
  const { texts, context } = JSON.parse(request);
  return JSON.stringify(
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, evaluated(text, context)])),
  );
};
