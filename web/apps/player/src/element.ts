/** `<script-player>`: the only thing that a page touches. The contract is in docs/player.md. */

import type { HandoffRequest } from "@script-manager/client";

import { ATTRIBUTES, type AttributeName, type SessionFacts, type StartOptions, TAG, type Tell, VERSION } from "./contract";
import type { Player } from "./player";
import { showFailure, showSkeleton } from "./skeleton";
import type { Settings } from "./state/settings";
import { sheets } from "./styles/sheets";

const HOME = new URL(import.meta.url).origin;
const PROPERTIES = ["token", "variables", "locale", "theme"] as const;

export class ScriptPlayer extends HTMLElement {
  static readonly version = VERSION;
  static readonly observedAttributes = ATTRIBUTES;

  readonly #settings: Settings = {
    api: HOME,
    operator: "",
    team: null,
    channel: "crm",
    script: null,
    session: null,
    customer: null,
    externalId: null,
    locale: navigator.language,
    theme: "auto",
    variables: {},
  };
  #token: string | null = null;
  #player: Player | null = null;
  /** Those who called a method before the player was there. */
  #loading: Promise<Player> | null = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = sheets();
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.#upgrade(name);
    if (!this.#loading) this.#load();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#unload();
    });
  }

  attributeChangedCallback(name: AttributeName, before: string | null, value: string | null): void {
    if (before === value) return;
    if (name === "token") this.token = value;
    else this.#set(settingOf(name, value));
    if ((name === "api" || name === "operator") && this.#loading) this.#reload();
  }

  /** The access token; written, never read back. */
  set token(token: string | null) {
    this.#token = token || null;
    this.#player?.token(this.#token);
  }

  get variables(): Readonly<Record<string, unknown>> {
    return this.#settings.variables;
  }

  set variables(variables: Readonly<Record<string, unknown>>) {
    this.#set({ variables });
  }

  get locale(): string {
    return this.#settings.locale;
  }

  set locale(locale: string) {
    this.setAttribute("locale", locale);
  }

  get theme(): Settings["theme"] {
    return this.#settings.theme;
  }

  set theme(theme: Settings["theme"]) {
    this.setAttribute("theme", theme);
  }

  /** The session on the screen. */
  get currentSession(): SessionFacts | null {
    return this.#player?.currentSession ?? null;
  }

  async start(script: string, options?: StartOptions): Promise<string | null> {
    return (await this.#ready()).start(script, options);
  }

  async open(session: string): Promise<boolean> {
    return (await this.#ready()).open(session);
  }

  park(): void {
    this.#player?.park();
  }

  async next(): Promise<void> {
    await (await this.#ready()).next();
  }

  async back(to?: string): Promise<void> {
    await (await this.#ready()).back(to);
  }

  async cancel(reason: string): Promise<void> {
    await (await this.#ready()).cancel(reason);
  }

  async handoff(request: HandoffRequest): Promise<void> {
    await (await this.#ready()).handoff(request);
  }

  /** Put the focus where the operator goes on. */
  override focus(): void {
    this.#player?.focus();
  }

  #ready(): Promise<Player> {
    if (!this.#loading) throw new DOMException("the player is not in a document", "InvalidStateError");
    return this.#loading;
  }

  #set(settings: Partial<Settings>): void {
    Object.assign(this.#settings, settings);
    this.#player?.set(settings);
  }

  /** A property that was set before the element was defined becomes one of the class. */
  #upgrade(name: (typeof PROPERTIES)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }

  #load(): void {
    const container = document.createElement("div");
    container.className = "root";
    this.shadowRoot?.replaceChildren(container);
    showSkeleton(container, this.#settings.locale);
    const loading = new Promise<Player>((resolve) => {
      const attempt = async () => {
        try {
          const [{ mountPlayer }] = await Promise.all([import("./player"), pageIsReady()]);
          if (this.#loading !== loading) return;
          this.#player = mountPlayer(container, this.#settings, this.#token, this.#tell, () => {
            this.#tell("ready", { version: VERSION });
          });
          resolve(this.#player);
        } catch {
          showFailure(container, this.#settings.locale, () => {
            showSkeleton(container, this.#settings.locale);
            void attempt();
          });
        }
      };
      queueMicrotask(() => void attempt());
    });
    this.#loading = loading;
  }

  readonly #tell: Tell = (name, detail) => {
    this.dispatchEvent(new CustomEvent(`${TAG}:${name}`, { detail, bubbles: true, composed: true }));
  };

  #unload(): void {
    this.#player?.unmount();
    this.#player = this.#loading = null;
    this.shadowRoot?.replaceChildren();
  }

  #reload(): void {
    this.#unload();
    this.#load();
  }
}

function settingOf(name: Exclude<AttributeName, "token">, value: string | null): Partial<Settings> {
  switch (name) {
    case "theme":
      return { theme: value === "light" || value === "dark" ? value : "auto" };
    case "locale":
      return { locale: value ?? navigator.language };
    case "channel":
      return { channel: value ?? "crm" };
    case "external-id":
      return { externalId: value };
    case "operator":
      return { operator: value ?? "" };
    case "api":
      return { api: value ? new URL(value, document.baseURI).href.replace(/\/$/, "") : HOME };
    default:
      return { [name]: value };
  }
}

/** Resolves when the page's own deferred scripts have run: what they set and listen for counts from the beginning. */
function pageIsReady(): Promise<void> {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (document.readyState === "complete" || !navigation || navigation.domContentLoadedEventStart > 0) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", () => { resolve(); }, { once: true });
  });
}

export function define(): void {
  if (!customElements.get(TAG)) customElements.define(TAG, ScriptPlayer);
}
