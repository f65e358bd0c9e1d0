/** What fills the shell: Vue, the desk and its screens. Loaded beside the form's code. */

import type { HandoffRequest } from "@script-manager/client";
import { createApp, shallowReactive, watch } from "vue";

import App from "./App.vue";
import { factsOf, type SessionFacts, type StartOptions, type Tell, VERSION } from "./contract";
import { listenToKeys } from "./keys";
import { VOICE } from "./locale/voice";
import { Desk, DESK } from "./state/desk";
import type { Settings } from "./state/settings";

export interface Player {
  readonly currentSession: SessionFacts | null;
  set(settings: Partial<Settings>): void;
  token(token: string | null): void;
  start(script: string, options?: StartOptions): Promise<string | null>;
  open(session: string): Promise<boolean>;
  park(): void;
  next(): Promise<void>;
  back(to?: string): Promise<void>;
  cancel(reason: string): Promise<void>;
  handoff(request: HandoffRequest): Promise<void>;
  focus(): boolean;
  unmount(): void;
}

/** Put a player into a container of a shadow root. */
export function mountPlayer(container: HTMLElement, given: Settings, token: string | null, tell: Tell): Player {
  const root = container.getRootNode() as ShadowRoot;
  const settings = shallowReactive({ ...given });
  const desk = new Desk(settings, tell);
  container.replaceChildren();
  const app = createApp(App).provide(DESK, desk).provide(VOICE, desk.voice);
  app.mount(container);
  const stopKeys = listenToKeys(root, desk);
  const watching = watch([() => settings.script, () => settings.session], () => void desk.begin());
  desk.token.set(token);
  void desk.begin();
  tell("ready", { version: VERSION });
  return {
    get currentSession() {
      const walk = desk.walk.value;
      return walk ? factsOf(walk.session.value) : null;
    },
    set: (changed) => {
      Object.assign(settings, changed);
    },
    token: (token) => {
      desk.token.set(token);
    },
    start: (script, options) => desk.start(script, options),
    open: (session) => desk.open(session),
    park: () => {
      desk.park();
    },
    next: () => desk.next(),
    back: async (to) => {
      await desk.walk.value?.back(to ?? null);
    },
    cancel: async (reason) => {
      await desk.walk.value?.cancel(reason);
    },
    handoff: async (request) => {
      await desk.walk.value?.handoff(request);
    },
    focus: () => {
      desk.hasFocus = true;
      if (desk.form.value?.focus(false)) return true;
      const place = container.querySelector<HTMLElement>("[data-next], [data-focus]");
      place?.focus();
      return place !== null;
    },
    unmount: () => {
      watching.stop();
      stopKeys();
      app.unmount();
      desk.stop();
      container.remove();
    },
  };
}
