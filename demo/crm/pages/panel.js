// The side panel: where Script Manager's player lives while a case is open.

import { fill, h, toast } from "./elements.js";
import { server } from "./server.js";
import { caseNumber, numberOfCase } from "./texts.js";

const LOADING_TAKES = 15_000;
const FOCUSING_TAKES = 5_000;
const ENDED_AS = { ended: "solved", cancelled: "cancelled", abandoned: "cancelled" };

// The player has something to focus when it has loaded what it shows first; somebody who works elsewhere is left alone.
function focusWhenThere(player, until) {
  if (document.activeElement !== document.body || performance.now() > until) return;
  player.focus();
  requestAnimationFrame(() => focusWhenThere(player, until));
}

export class Panel {
  // changed: called with the number of a case about which the player told something.
  constructor(changed) {
    this.changed = changed;
    this.player = null;
    this.shown = null;
  }

  speak(voice) {
    this.voice = voice;
    if (this.player) this.player.locale = voice.language;
    else this.say(this.said);
  }

  say(name) {
    this.said = name;
    if (name) fill("#player", h("p", { class: "quiet" }, this.voice.texts[name]));
  }

  close(name) {
    this.player = this.shown = null;
    this.say(name);
  }

  async open(found, customer, operator) {
    if (this.shown === found.number && this.player) return;
    this.close(found.status === "open" ? "noScript" : "finished");
    if (found.status !== "open") return;
    this.shown = found.number;
    const token = await server.token(operator).catch((error) => error);
    if (this.shown !== found.number) return;
    if (token instanceof Error) {
      fill("#player", h("p", { class: "failure", role: "alert" }, token.message || this.voice.texts.unreachable));
      return;
    }
    const player = document.createElement("script-player");
    const known = {
      operator,
      channel: "crm",
      customer: customer.account,
      "external-id": caseNumber(found.number),
      locale: this.voice.language,
    };
    for (const [name, value] of Object.entries(known)) player.setAttribute(name, value);
    if (found.session) player.setAttribute("session", found.session);
    player.variables = { account: customer.account };
    player.token = token;
    this.listen(player, operator);
    this.player = player;
    fill("#player", player);
    setTimeout(() => {
      if (player.isConnected && !customElements.get("script-player")) this.close("noPlayer");
    }, LOADING_TAKES);
  }

  listen(player, operator) {
    const on = (name, told) => player.addEventListener(`script-player:${name}`, (event) => told(event.detail));
    on("ready", () => focusWhenThere(player, performance.now() + FOCUSING_TAKES));
    on("token-expired", async ({ renew }) => renew(await server.token(operator)));
    on("session-started", ({ session, script, externalId }) => {
      toast(this.voice.texts.started);
      return this.write(externalId, { session, script });
    });
    on("step-changed", ({ stepName, externalId }) => this.write(externalId, { step: stepName }));
    on("session-parked", () => toast(this.voice.texts.parked));
    on("handed-off", ({ externalId }) => {
      toast(this.voice.texts.handedOff);
      return this.write(externalId, { status: "handed_off" });
    });
    on("session-ended", ({ state, end, result, notes, externalId }) => {
      const outcome = this.voice.outcome({ result, end });
      toast(state === "ended" ? outcome : this.voice.texts.cancelled);
      return this.write(externalId, { status: ENDED_AS[state], end, result, notes });
    });
  }

  async write(externalId, changes) {
    const number = numberOfCase(externalId);
    if (number === null) return;
    try {
      await server.change(number, changes);
      this.changed(number);
    } catch (error) {
      toast(error.message || this.voice.texts.unreachable);
    }
  }
}
