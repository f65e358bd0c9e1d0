// What form-js-viewer does with filled forms: cases as JSON on stdin, one result each on stdout.
import { createRequire } from 'node:module';
import { Window } from 'happy-dom';

const window = new Window({ url: 'http://localhost/', settings: { disableJavaScriptFileLoading: true } });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
Object.assign(globalThis, { window, document: window.document });
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
globalThis.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} };
globalThis.IntersectionObserver = class { observe() {} unobserve() {} disconnect() {} };
console.error = console.warn = () => {};

const { Form } = createRequire(import.meta.url)('@bpmn-io/form-js-viewer');

const at = (data, path) => path.reduce((value, part) => (value == null ? undefined : value[part]), data);
function put(data, path, value) {
  path.slice(0, -1).forEach((part, index) => {
    data[part] ??= typeof path[index + 1] === 'number' ? [] : {};
    data = data[part];
  });
  data[path.at(-1)] = value;
}
const ticks = async count => { for (let i = 0; i < count; i++) await new Promise(done => setTimeout(done, 0)); };

// Rows are as many as were answered; what is typed is typed into what form-js has made of them.
function withRows(data, answers, components) {
  const rowed = structuredClone(data);
  for (const { type, path, isRepeating } of components ?? []) {
    if (type !== 'dynamiclist' || !isRepeating || !Array.isArray(answers[path])) continue;
    rowed[path] = answers[path].map((_, index) => structuredClone(data[path]?.[index] ?? {}));
  }
  return rowed;
}

function* leaves(answers, path = []) {
  if (Array.isArray(answers) && answers.some(item => item && typeof item === 'object' && !Array.isArray(item))) {
    for (const [index, row] of answers.entries()) yield* leaves(row, [...path, index]);
  } else if (answers && typeof answers === 'object' && !Array.isArray(answers)) {
    for (const [name, value] of Object.entries(answers)) yield* leaves(value, [...path, name]);
  } else {
    yield [path, answers];
  }
}

async function submitted({ schema, data, answers }) {
  const container = document.createElement('div');
  document.body.appendChild(container);
  const form = new Form({ container });
  try {
    await form.importSchema(schema, withRows(data, answers, schema.components));
    await ticks(3);
    const instances = () => form.get('formFieldInstanceRegistry').getAllKeyed();
    const fieldOf = instance => form.get('formFieldRegistry').get(instance.id);
    const typed = structuredClone(form._getState().data);
    const fixed = instances().filter(one => fieldOf(one).disabled || fieldOf(one).readonly === true);
    const fixedPaths = new Set(fixed.map(one => one.valuePath.join('.')));
    const given = [...leaves(answers)].filter(([path]) => !fixedPaths.has(path.join('.')));
    for (const [path, value] of given) put(typed, path, value);
    form._setState({ data: typed });
    await ticks(8);
    const result = form.submit();
    const refused = new Set();
    for (const one of instances()) {
      if (fieldOf(one).disabled) continue;
      const place = one.valuePath.join('.');
      const errors = at(result.errors, [one.id, ...Object.values(one.indexes ?? {})]);
      if (errors?.length) refused.add(place);
      const answer = given.find(([path]) => path.join('.') === place);
      const isTaken = !answer || fieldOf(one).type === 'expression' || JSON.stringify(at(result.data, one.valuePath)) === JSON.stringify(answer[1]);
      if (!isTaken) refused.add(place);
    }
    return { data: result.data, refused: [...refused].sort() };
  } catch (error) {
    return { error: String(error.message) };
  } finally {
    form.destroy();
    container.remove();
  }
}

let text = '';
for await (const chunk of process.stdin) text += chunk;
const results = [];
for (const one of JSON.parse(text)) results.push(await submitted(one));
process.stdout.write(JSON.stringify(results));
process.exit(0);
