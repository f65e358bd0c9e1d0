/** form-js in a container, as the shell wants it. This module is what the form chunk is loaded for. */

import { Form } from "@bpmn-io/form-js-viewer";
import type { Answers } from "@script-manager/client";

import type { Voice } from "../locale/voice";
import { translator } from "./complaints";
import { Conditions } from "./conditions";
import { chooseOption, focusField } from "./dom";
import { Expressions } from "./expressions";
import { fieldModule, unknownFields } from "./fields";
import { complaintOf } from "./kinds";
import { localise, localiseData } from "./localise";
import { Renderer } from "./rendering";
import { type Component, type Schema, within } from "./schema";
import { type FieldErrors, type FormSources, type ShownForm, Unshowable } from "./shown";
import { adoptFormSheets } from "./styles";
import { tell } from "./told";

/**
 * Show a step's form.
 *
 * @throws Unshowable where it has fields of an unknown kind.
 */
export async function showForm(container: HTMLElement, sources: FormSources): Promise<ShownForm> {
  const { voice, step } = sources;
  const language = voice.language.value;
  const schema = localise(step.form as unknown as Schema, language);
  const unknown = unknownFields(schema);
  if (unknown.length) throw new Unshowable(unknown);
  adoptFormSheets(container.getRootNode() as ShadowRoot);
  const form = new Form({
    container,
    debounce: false,
    additionalModules: [
      fieldModule,
      {
        renderer: ["type", Renderer],
        expressionLanguage: ["type", Expressions],
        conditionChecker: ["type", Conditions],
        translate: ["value", translator(voice)],
        voice: ["value", voice],
        searchOptions: ["value", sources.options],
      },
    ],
  } as ConstructorParameters<typeof Form>[0]);
  await form.importSchema(schema, localiseData(sources.data, language));
  const typing = tellTyped(form, sources);
  form.on("submit", () => {
    sources.submitted();
  });
  return shownForm(form, container, schema, voice, typing);
}

/** Tell what was typed as soon as the key has been painted; returns what tells it at once and stops. */
function tellTyped(form: Form, sources: FormSources): () => void {
  let before = JSON.stringify(answersOf(form));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const compare = () => {
    timer = undefined;
    const answers = answersOf(form);
    const now = JSON.stringify(answers);
    if (now !== before) sources.typed(answers);
    before = now;
  };
  const soon = () => {
    timer ??= setTimeout(compare);
  };
  const atOnce = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    compare();
  };
  form.on("changed", soon);
  window.addEventListener("pagehide", atOnce);
  return () => {
    form.off("changed", soon);
    window.removeEventListener("pagehide", atOnce);
    atOnce();
  };
}

/** The fields of a schema by key and by id. */
function fieldsOf(schema: Schema): { idOf(key: string): string | undefined; keyOf(id: string): string } {
  const keyed = [...within(schema)].filter((component): component is Component & { key: string } => Boolean(component.key));
  const ids = new Map(keyed.map(({ key, id }) => [key, id]));
  const keys = new Map(keyed.map(({ key, id }) => [id, key]));
  return { idOf: (key) => ids.get(key), keyOf: (id) => keys.get(id) ?? id };
}

function answersOf(form: Form): Answers {
  return structuredClone(form._getSubmitData()) as Answers;
}

function shownForm(form: Form, container: HTMLElement, schema: Schema, voice: Voice, stopTelling: () => void): ShownForm {
  const fields = fieldsOf(schema);
  const intercepted = keepMarkAsLink(container);
  return {
    answers: () => answersOf(form),
    told: () => tell(schema, form._getState().initialData as Answers, answersOf(form), voice.language.value),
    validate: () => {
      const found: Record<string, string[]> = { ...(form.validate() as Record<string, string[]>), ...complaintsOf(form, schema, voice) };
      form._setState({ errors: found });
      return Object.fromEntries(Object.entries(found).map(([id, texts]) => [fields.keyOf(id), texts]));
    },
    complain: (errors: FieldErrors) => {
      const shown: Record<string, readonly string[]> = {};
      const rest: Record<string, readonly string[]> = {};
      for (const [key, texts] of Object.entries(errors)) {
        const id = fields.idOf(key);
        if (id) shown[id] = texts;
        else rest[key] = texts;
      }
      form._setState({ errors: shown });
      return rest;
    },
    focus: (onComplaint) => focusField(container, onComplaint),
    lock: (isLocked) => {
      form.setProperty("readOnly", isLocked);
    },
    choose: (number) => chooseOption(container, number),
    spoken: () =>
      Array.from(container.querySelectorAll<HTMLElement>("[data-spoken]"), (text) => text.innerText.trim()).join("\n\n"),
    destroy: () => {
      stopTelling();
      intercepted();
      form.destroy();
    },
  };
}

/** Complaints of the player's own kinds of fields, by id. */
function complaintsOf(form: Form, schema: Schema, voice: Voice): Record<string, string[]> {
  const answers = answersOf(form);
  const found = [...within(schema)].flatMap((component) => {
    const complaint = complaintOf(component, answers[component.key ?? ""], voice);
    return complaint ? [{ id: component.id, complaint }] : [];
  });
  return Object.fromEntries(found.map(({ id, complaint }) => [id, [complaint]]));
}

/** form-js's mark stays a link: its lightbox would leave the shadow root with styles that a strict policy refuses. */
function keepMarkAsLink(container: HTMLElement): () => void {
  const onClick = (event: Event) => {
    if ((event.target as Element).closest(".fjs-powered-by-link")) event.stopPropagation();
  };
  container.addEventListener("click", onClick, true);
  return () => {
    container.removeEventListener("click", onClick, true);
  };
}

