import { describe, expect, it } from "vitest";

import { createToken } from "../src/state/token";

function tokenWith() {
  const asked: string[] = [];
  return { asked, token: createToken((reason) => asked.push(reason)) };
}

describe("createToken", () => {
  it("waits for the page's first token", async () => {
    const { token, asked } = tokenWith();
    const got = token.get();
    token.set("first");
    await expect(got).resolves.toBe("first");
    expect(asked).toEqual(["missing"]);
  });

  it("takes a token that the page gives at once", async () => {
    const token = createToken(() => {
      token.set("first");
    });
    await expect(token.get()).resolves.toBe("first");
  });

  it("asks once for all who were refused", async () => {
    const { token, asked } = tokenWith();
    token.set("first");
    const renewed = [token.renew("first"), token.renew("first"), token.get()];
    expect(token.state.value).toBe("refused");
    token.set("second");
    await expect(Promise.all(renewed)).resolves.toEqual(["second", "second", "second"]);
    expect(asked).toEqual(["refused"]);
    expect(token.state.value).toBe("fine");
  });

  it("does not ask where the page was quicker", async () => {
    const { token, asked } = tokenWith();
    token.set("second");
    await expect(token.renew("first")).resolves.toBe("second");
    expect(asked).toEqual([]);
  });

  it("asks again when the next token is refused too", () => {
    const { token, asked } = tokenWith();
    token.set("first");
    void token.renew("first");
    token.set("second");
    void token.renew("second");
    expect(asked).toEqual(["refused", "refused"]);
  });
});
