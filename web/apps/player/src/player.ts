/** What fills the shell: Vue, the desk and its screens. Loaded beside the form's code. */

import type { HandoffRequest } from "@script-manager/client";
import { createApp, shallowReactive, watch } from "vue";

import App from "./App.vue";
import type { SessionFacts, StartOptions, Tell } from "./contract";
import { formCode } from "./form/code";
import { listenToKeys } from "./keys";
import { VOICE } from "./locale/voice";
import { Desk, DESK } from "./state/desk";
import { factsOf } from "./state/facts";
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

/** Put a player into a container of a shadow root; `mounted` is called when it is on the screen. */
export function mountPlayer(container: HTMLElement, given: Settings, token: string | null, tell: Tell, mounted: () => void): Player {
  const root = container.getRootNode() as ShadowRoot;
  const settings = shallowReactive({ ...given });
  const desk = new Desk(settings, tell);
  const app = createApp(App).provide(DESK, desk).provide(VOICE, desk.voice);
  const stopKeys = listenToKeys(root, desk);
  const watching = watch([() => settings.script, () => settings.session], () => void desk.begin());
  desk.token.set(token);
  // What is asked for first is on its way while the screen is made.
  void desk.begin();
  let isMounted = false;
  const mounting = setTimeout(() => {
    container.replaceChildren();
    app.mount(container);
    isMounted = true;
    mounted();
    // Whoever shows a form says what is to be said where this fails.
    formCode().catch(() => undefined);
  });
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
      clearTimeout(mounting);
      if (isMounted) app.unmount();
      desk.stop();
      container.remove();
    },
  };
}
