import { type AuthoringApi, Problem, type Progress, type PublishedDraft } from "@script-manager/client";
import { describe, expect, it } from "vitest";

import { publishing, STAGES, stateOf } from "../src/state/publishing";

type Publish = AuthoringApi["publish"];

const BODY = { roll_out: true, tests: "run" } as const;
const PUBLISHED = { script: "payment", release: 2, is_new: true, rolled_out: true, report: null } as PublishedDraft;

function run(publish: Publish) {
  return publishing({ publish } as unknown as AuthoringApi, "payment");
}

const states = (of: ReturnType<typeof run>) => STAGES.map((stage) => stateOf(of, stage));

function telling(...told: Progress[]): Publish {
  return (_script, _body, tell) => {
    for (const progress of told) tell(progress);
    return Promise.resolve(PUBLISHED);
  };
}

function refused(problem: Problem, ...told: Progress[]): Publish {
  return (_script, _body, tell) => {
    for (const progress of told) tell(progress);
    return Promise.reject(problem);
  };
}

describe("publishing", () => {
  it("goes through its stages to the release", async () => {
    const seen: string[][] = [];
    const made = run((...given) => {
      const [, , tell] = given;
      for (const stage of STAGES) {
        tell({ stage });
        seen.push(states(made));
      }
      return Promise.resolve(PUBLISHED);
    });
    await made.start(BODY);
    expect(seen[1]).toEqual(["done", "now", "waits", "waits"]);
    expect(states(made)).toEqual(["done", "done", "done", "done"]);
    expect(made.published.value?.release).toBe(2);
    expect(made.isRunning.value).toBe(false);
  });

  it("counts test cases", async () => {
    const made = run(telling({ stage: "test", done: 3, of: 9 }));
    await made.start(BODY);
    expect(made.cases.value).toEqual({ done: 3, of: 9 });
  });

  it("shows findings where the draft was refused", async () => {
    const problem = new Problem("release-refused", 422, "No");
    problem.members = { findings: [{ file: "script.bpmn", element: "ask" }] };
    const made = run(refused(problem, { stage: "check" }));
    await made.start(BODY);
    expect(made.findings.value).toHaveLength(1);
    expect(made.report.value).toBeNull();
    expect(states(made)).toEqual(["failed", "waits", "waits", "waits"]);
  });

  it("shows the report where test cases failed, and goes on with a reason", async () => {
    const problem = new Problem("cases-failed", 422, "No");
    problem.members = { report: { cases: [], coverage: null } };
    const bodies: unknown[] = [];
    const made = run((script, body, tell, signal) => {
      bodies.push(body);
      return bodies.length === 1 ? refused(problem, { stage: "test" })(script, body, tell, signal) : Promise.resolve(PUBLISHED);
    });
    await made.start(BODY);
    expect(made.report.value).toEqual({ cases: [], coverage: null });
    await made.start({ ...BODY, override: { reason: "known" } });
    expect(made.report.value).toBeNull();
    expect(made.published.value).toEqual(PUBLISHED);
    expect(bodies[1]).toMatchObject({ override: { reason: "known" } });
  });

  it("is stopped without an error", async () => {
    const made = run((_script, _body, _tell, signal) => {
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(new DOMException("stopped", "AbortError"));
        });
      });
    });
    const ended = made.start(BODY);
    made.stop();
    await ended;
    expect(made.wasStopped.value).toBe(true);
    expect(made.error.value).toBeNull();
    expect(made.isRunning.value).toBe(false);
  });
});
