import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { ATTRIBUTES, TAG } from "../src/contract";
import { define, ScriptPlayer } from "../src/element";

define();
// Later loads are instant, as they are in a browser that has fetched the chunk ahead.
beforeAll(() => import("../src/player"), 60_000);

function playerWith(attributes: Record<string, string> = {}): ScriptPlayer {
  const player = document.createElement(TAG) as ScriptPlayer;
  for (const [name, value] of Object.entries(attributes)) player.setAttribute(name, value);
  return player;
}

async function shown(player: ScriptPlayer): Promise<void> {
  await vi.waitFor(() => {
    expect(player.shadowRoot?.querySelector("h1")).toBeTruthy();
  });
}

describe("<script-player>", () => {
  afterEach(() => {
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  it("shows its frame at once", () => {
    const player = playerWith();
    document.body.append(player);
    expect(player.shadowRoot?.querySelector(".skeleton")).toBeTruthy();
  });

  it("asks the page for a token and goes on with it", async () => {
    const asked = vi.fn<(request: Request) => Promise<Response>>(() => Promise.resolve(Response.json([])));
    vi.stubGlobal("fetch", asked);
    const player = playerWith({ api: "https://facade.example" });
    const reasons: string[] = [];
    player.addEventListener(`${TAG}:token-expired`, (event) => {
      const { reason, renew } = (event as CustomEvent<{ reason: string; renew(token: string): void }>).detail;
      reasons.push(reason);
      renew("fresh");
    });
    document.body.append(player);
    await vi.waitFor(() => {
      expect(reasons).toEqual(["missing"]);
      expect(asked.mock.calls[0]?.[0].headers.get("authorization")).toBe("Bearer fresh");
    });
    expect(reasons).toEqual(["missing"]);
  });

  it("never gives a token back", () => {
    expect(playerWith({ token: "secret" }).token).toBeUndefined();
  });

  it("takes properties that were set before it was known", () => {
    const player = playerWith();
    Object.defineProperty(player, "variables", { value: { account: "1" }, configurable: true, writable: true });
    document.body.append(player);
    expect(Object.hasOwn(player, "variables")).toBe(false);
    expect(player.variables).toEqual({ account: "1" });
  });

  it("leaves nothing behind when it is removed", async () => {
    const added = vi.spyOn(document, "addEventListener");
    const removed = vi.spyOn(document, "removeEventListener");
    const player = playerWith();
    document.body.append(player);
    await shown(player);
    player.remove();
    await Promise.resolve();
    expect(player.shadowRoot?.childNodes.length).toBe(0);
    expect(removed.mock.calls.map(([type]) => type).sort()).toEqual(added.mock.calls.map(([type]) => type).sort());
  });

  it("survives being moved within the page", async () => {
    const player = playerWith();
    const place = document.createElement("section");
    document.body.append(player, place);
    await shown(player);
    const before = player.shadowRoot?.firstChild;
    place.append(player);
    await Promise.resolve();
    expect(player.shadowRoot?.firstChild).toBe(before);
  });

  it("keeps typing from the page", async () => {
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    const player = playerWith();
    document.body.append(player);
    await shown(player);
    const event = new KeyboardEvent("keydown", { key: "a", bubbles: true, composed: true });
    player.shadowRoot?.querySelector("button")?.dispatchEvent(event);
    expect(heard).not.toHaveBeenCalled();
    document.removeEventListener("keydown", heard);
  });

  it("changes its language at run time", async () => {
    const player = playerWith({ locale: "ru" });
    document.body.append(player);
    await shown(player);
    expect(player.shadowRoot?.querySelector("h1")?.textContent).toBe("Скрипты");
    player.locale = "en";
    await vi.waitFor(() => {
      expect(player.shadowRoot?.querySelector("h1")?.textContent).toBe("Scripts");
    });
  });

  it("observes the attributes of its contract", () => {
    expect(ScriptPlayer.observedAttributes).toEqual(ATTRIBUTES);
  });
});
