/** What an operator may begin with: scripts, sessions of the page's customer, the team's queue. */

import { type Handoff, Problem, type Script, type ScriptApi, type SessionSummary } from "@script-manager/client";
import { type ShallowRef, shallowRef } from "vue";

import { titleOf } from "../locale/named";
import type { Language } from "../locale/voice";
import type { Reach } from "./reach";
import type { Settings } from "./settings";

export class Offers {
  readonly scripts: ShallowRef<readonly Script[] | null> = shallowRef(null);
  /** Why there is no list of scripts. */
  readonly problem: ShallowRef<Problem | null> = shallowRef(null);
  /** Sessions of the page's customer that are not over, wherever they are worked on. */
  readonly elsewhere: ShallowRef<readonly SessionSummary[]> = shallowRef([]);
  readonly handoffs: ShallowRef<readonly Handoff[]> = shallowRef([]);

  constructor(
    private readonly api: ScriptApi,
    private readonly reach: Reach,
    private readonly settings: Settings,
  ) {}

  async loadScripts(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.scripts.value = await this.api.scripts();
        this.problem.value = null;
        return;
      } catch (error) {
        if (error instanceof Problem && !error.isPassing) {
          this.problem.value = error;
          return;
        }
        if (this.reach.isStopped) return;
        await this.reach.pause(attempt);
      }
    }
  }

  /** Look for sessions of the page's customer; where that can't be done there are none. */
  async findOthers(): Promise<void> {
    const { externalId, customer } = this.settings;
    if (!externalId && !customer) return;
    try {
      this.elsewhere.value = await this.api.open(externalId ? { external_id: externalId } : { customer: customer ?? "" });
    } catch {
      this.elsewhere.value = [];
    }
  }

  /** What a script is called; `otherwise` where it isn't among those that may be started. */
  titleOf(script: string, language: Language, otherwise = script): string {
    const found = this.scripts.value?.find(({ key }) => key === script);
    return found ? titleOf(found, language) : otherwise;
  }
}
