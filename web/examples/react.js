/**
 * React sets the element's attributes. Properties are set before the element may be known to the browser, and events have names of
 * their own, so both go through a reference.
 */

import { createElement as h, useLayoutEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

async function token() {
  const response = await fetch("/token", { method: "POST" });
  return (await response.json()).token;
}

function Player({ externalId, account, onEnded }) {
  const player = useRef(null);
  useLayoutEffect(() => {
    player.current.variables = { account };
  }, [account]);
  useLayoutEffect(() => {
    const element = player.current;
    const renew = async ({ detail }) => detail.renew(await token());
    const ended = ({ detail }) => onEnded(detail);
    element.addEventListener("script-player:token-expired", renew);
    element.addEventListener("script-player:session-ended", ended);
    return () => {
      element.removeEventListener("script-player:token-expired", renew);
      element.removeEventListener("script-player:session-ended", ended);
    };
  }, [onEnded]);
  return h("script-player", { ref: player, operator: "anna", locale: "en", "external-id": externalId });
}

function Page() {
  const [isShown, setShown] = useState(true);
  const [ended, setEnded] = useState(null);
  return h(
    "main",
    null,
    h("p", null, h("button", { type: "button", onClick: () => setShown(!isShown) }, isShown ? "Remove" : "Show"), ended && ` ${ended.session}`),
    isShown && h(Player, { externalId: "case-3", account: "1000000002", onEnded: setEnded }),
  );
}

createRoot(document.getElementById("root")).render(h(Page));
