// A telephone that only seems to ring: who is on the line, for how long, held or muted.

import { fill, h } from "./elements.js";

export class Telephone {
  // hungUp: called when the operator puts the receiver down.
  constructor(hungUp) {
    this.hungUp = hungUp;
    this.caller = null;
    setInterval(() => this.tick(), 1000);
  }

  speak(voice) {
    this.voice = voice;
    this.show();
  }

  connect(customer) {
    this.caller = customer;
    this.since = Date.now();
    this.isHeld = this.isMuted = false;
    this.show();
  }

  hangUp() {
    if (!this.caller) return;
    this.caller = null;
    this.show();
    this.hungUp();
  }

  hold() {
    this.isHeld = !this.isHeld;
    this.show();
  }

  mute() {
    this.isMuted = !this.isMuted;
    this.show();
  }

  show() {
    const { texts } = this.voice;
    if (!this.caller) {
      fill("#line");
      return;
    }
    const button = (id, text, click) => h("button", { type: "button", id, click }, text);
    fill(
      "#line",
      h("span", {}, `${texts.onTheLine} `, h("time", { id: "clock", "aria-hidden": "true" }), ` · ${this.caller.addressed}`),
      button("hold", this.isHeld ? texts.resume : texts.hold, () => this.hold()),
      button("mute", this.isMuted ? texts.unmute : texts.mute, () => this.mute()),
      button("hang-up", texts.hangUp, () => this.hangUp()),
    );
    this.tick();
  }

  tick() {
    const clock = document.querySelector("#clock");
    if (!clock) return;
    const seconds = Math.floor((Date.now() - this.since) / 1000);
    clock.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
