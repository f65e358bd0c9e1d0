/** Everything of one player: its sessions, what can be started, what waits in the queue. */

import { createScriptApi, Problem, type Reading, type ScriptApi, type StartRequest } from "@script-manager/client";
import { computed, type ComputedRef, effectScope, type InjectionKey, inject, ref, type Ref, shallowReactive, type ShallowRef, shallowRef, watch } from "vue";

import type { StartOptions, Tell } from "../contract";
import type { ShownForm } from "../form/shown";
import type { ShortcutName } from "../keys";
import { createVoice, type Voice } from "../locale/voice";
import { Watch } from "../watch/watch";
import { announce } from "./announce";
import { EarlyKeys } from "./early";
import { exclusively, newId } from "./exclusively";
import { factsOf } from "./facts";
import { Inputs } from "./inputs";
import { createKeep, type Keep } from "./keep";
import { Offers } from "./offers";
import { Outbox } from "./outbox";
import { createReach, type Reach } from "./reach";
import type { Settings } from "./settings";
import { Starter } from "./starting";
import { createToken, type Token } from "./token";
import { Walk } from "./walk";
import { Workplace } from "./workplace";

/** What is opened over the step. */
export type Panel = "help" | "back" | "cancel" | "handoff" | "timeline" | "notes" | "takeover";

/** Sessions that some player of this page shows. */
const shownHere = new Set<string>();

export class Desk {
  readonly token: Token;
  readonly reach: Reach;
  readonly api: ScriptApi;
  readonly voice: Voice;
  readonly keep: Keep;
  readonly walks = shallowReactive(new Map<string, Walk>());
  readonly current: Ref<string | null> = ref(null);
  /** Whose answers another script may start with. */
  readonly lastParked: Ref<string | null> = ref(null);
  readonly walk: ComputedRef<Walk | null>;
  readonly offers: Offers;
  readonly starter: Starter;
  readonly panel: Ref<Panel | null> = ref(null);
  /** Whether the operator works in this player, so that a new step may take the focus. */
  hasFocus = false;
  /** The form on the screen. */
  readonly form: ShallowRef<ShownForm | null> = shallowRef(null);
  readonly early = new EarlyKeys();
  /** Counts how often a text was put on the clipboard. */
  readonly copied = ref(0);
  private readonly inputs: Inputs;
  private readonly outbox: Outbox;
  private readonly workplace: Workplace;
  private readonly watch: Watch;
  private readonly scope = effectScope(true);

  constructor(
    readonly settings: Settings,
    readonly tell: Tell,
  ) {
    this.token = createToken((reason) => {
      tell("token-expired", { reason, renew: (token) => { this.token.set(token); } });
    });
    this.reach = createReach();
    this.keep = createKeep(settings.operator);
    this.voice = createVoice(computed(() => settings.locale));
    this.api = createScriptApi({
      base: settings.api,
      token: () => this.token.get(),
      renew: (refused) => this.token.renew(refused),
      reached: (isReached) => { this.reach.tell(isReached); },
    });
    this.inputs = new Inputs(this.keep);
    this.inputs.purge();
    this.workplace = new Workplace(this.keep);
    this.outbox = new Outbox({
      keep: this.keep,
      submit: ({ session, step, answers, key }) => this.api.submit(session, step, answers, key),
      pause: (attempt, seconds) => this.reach.pause(attempt, seconds),
      exclusively: (name, work) => exclusively(`script-player:${settings.operator}:${name}`, work),
      newKey: newId,
    });
    this.offers = new Offers(this.api, this.reach, settings);
    this.starter = new Starter(this.api, this.reach, newId);
    this.walk = computed(() => this.walks.get(this.current.value ?? "") ?? null);
    this.watch = new Watch({
      api: this.api,
      reach: this.reach,
      name: `script-player:${settings.api}:${settings.operator}`,
      tab: newId(),
      onSession: (reading) => this.walks.get(reading.session.id)?.show(reading),
      onHandoffs: (team, handoffs) => { if (team === settings.team) this.offers.handoffs.value = handoffs; },
      onProblem: () => { for (const walk of this.walks.values()) void walk.refresh(); },
    });
    this.scope.run(() => {
      watch([this.current, () => [...this.walks.keys()].join(), () => settings.team], () => { this.listen(); }, { immediate: true });
    });
  }

  private listen(): void {
    const open = [...this.walks.values()].filter(({ stage }) => stage.value !== "over").map(({ id }) => id);
    const current = this.current.value;
    this.watch.want({ sessions: open.sort((one) => (one === current ? -1 : 0)), teams: this.settings.team ? [this.settings.team] : [] });
  }

  /** Do what the page's attributes ask for, or go on where this workplace was. */
  async begin(): Promise<void> {
    const { session, script, externalId, customer } = this.settings;
    void this.offers.loadScripts();
    const open = this.workplace.list();
    const fits = open.find(
      (one) => one.externalId === externalId && one.customer === customer && (!script || one.script === script) && !shownHere.has(one.id),
    );
    if (session) await this.open(session);
    else if (!(fits && (await this.open(fits.id))) && script) await this.start(script);
    for (const { id } of open) if (!this.walks.has(id) && !shownHere.has(id)) void this.add(id);
  }

  async start(script: string, options: StartOptions = {}): Promise<string | null> {
    this.park();
    const { settings } = this;
    const customer = options.customer ?? settings.customer;
    const externalId = options.externalId ?? settings.externalId;
    const request: StartRequest = {
      script,
      channel: settings.channel,
      locale: this.voice.language.value,
      variables: (options.variables ?? settings.variables) as StartRequest["variables"] & object,
      ...(customer ? { customer } : {}),
      ...(externalId ? { external_id: externalId } : {}),
      ...(settings.team ? { team: settings.team } : {}),
    };
    const reading = await this.starter.start(request, (started) => { this.show(this.put(started)); });
    if (!reading) return null;
    this.tell("session-started", factsOf(reading.session));
    return reading.session.id;
  }

  /** Show a session; false where there is none to be shown. */
  async open(id: string): Promise<boolean> {
    this.starter.giveUp();
    const walk = this.walks.get(id) ?? (await this.add(id));
    if (!walk) return false;
    this.show(walk);
    this.tell("session-opened", factsOf(walk.session.value));
    return true;
  }

  /** Put the session on the screen aside; its input is saved. */
  park(): void {
    const walk = this.walk.value;
    if (!walk) return;
    void walk.saveInput();
    shownHere.delete(walk.id);
    this.current.value = null;
    this.lastParked.value = walk.id;
    this.panel.value = null;
    if (walk.stage.value === "over") this.drop(walk.id);
    else this.tell("session-parked", factsOf(walk.session.value));
  }

  /** Take a session out of the queue. */
  async claim(id: string): Promise<void> {
    if (!(await this.open(id))) return;
    await this.walk.value?.claim(false);
  }

  private show(walk: Walk): void {
    if (this.current.value && this.current.value !== walk.id) this.park();
    shownHere.add(walk.id);
    this.current.value = walk.id;
  }

  private async add(id: string): Promise<Walk | null> {
    try {
      const reading = await this.api.read(id);
      return reading && this.put(reading);
    } catch (error) {
      if (!(error instanceof Problem) || error.isPassing) {
        if (this.reach.isStopped) return null;
        await this.reach.pause(3);
        return this.add(id);
      }
      this.workplace.remove(id);
      this.tell("problem", { kind: error.kind, title: error.title, session: id });
      return null;
    }
  }

  private put(reading: Reading): Walk {
    const { id } = reading.session;
    const walk = new Walk({ api: this.api, inputs: this.inputs, outbox: this.outbox, keep: this.keep }, reading);
    this.walks.set(id, walk);
    this.workplace.add(reading.session);
    this.scope.run(() => {
      announce(walk, this.tell);
      watch(walk.stage, (stage) => { if (stage === "over") this.finish(id); }, { immediate: true });
    });
    void walk.resume();
    return walk;
  }

  private finish(id: string): void {
    this.workplace.remove(id);
    this.inputs.forget(id);
    for (const name of ["notes", "told"]) this.keep.remove(`${name}:${id}`);
    this.listen();
  }

  private drop(id: string): void {
    this.walks.get(id)?.close();
    this.walks.delete(id);
  }

  /** Answer the step with what its form holds, unless the form complains. */
  async next(): Promise<void> {
    const { walk, form } = { walk: this.walk.value, form: this.form.value };
    if (!walk || !form || walk.stage.value !== "active" || walk.busy.value || !walk.can("next")) return;
    walk.wrong.value = Object.keys(form.validate()).length;
    if (walk.wrong.value) form.focus(true);
    else await walk.next(form.answers(), form.told());
  }

  /** Put what is said to the customer on the clipboard; false where nothing is said or the page forbids it. */
  async copySpoken(): Promise<boolean> {
    const text = this.form.value?.spoken();
    if (!text) return false;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return false;
    }
    this.copied.value += 1;
    return true;
  }

  /** Whether a step is on the screen whose form is on its way. */
  get isOpening(): boolean {
    return this.walk.value?.stage.value === "active" && !this.walk.value.busy.value && !this.form.value && !this.panel.value;
  }

  /** Do what a shortcut stands for; false where it stands for nothing now. */
  shortcut(name: ShortcutName): boolean {
    const walk = this.walk.value;
    const panel = (which: Panel) => {
      this.panel.value = this.panel.value === which ? null : which;
      return true;
    };
    if (name === "help") return panel("help");
    if (!walk) return false;
    if (name === "notes" || name === "timeline") return panel(name);
    if (name === "list") return (this.park(), true);
    if (name === "copy") return (void this.copySpoken(), true);
    if (!walk.can(name)) return name === "next";
    if (name === "next") void this.next();
    else if (name === "back") void walk.back();
    else return panel(name);
    return true;
  }

  stop(): void {
    for (const walk of this.walks.values()) {
      shownHere.delete(walk.id);
      walk.close();
    }
    this.starter.giveUp();
    this.watch.stop();
    this.reach.stop();
    this.scope.stop();
  }
}

export const DESK: InjectionKey<Desk> = Symbol("desk");

export function useDesk(): Desk {
  const desk = inject(DESK);
  if (!desk) throw new Error("a component outside the player");
  return desk;
}
