/** React sets attributes and properties of a custom element by itself; its events are listened to by their own names. */

import { createElement as h, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

async function token() {
  const response = await fetch("/token", { method: "POST" });
  return (await response.json()).token;
}

function Player({ externalId, account, onEnded }) {
  const player = useRef(null);
  useEffect(() => {
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
  return h("script-player", { ref: player, operator: "anna", locale: "en", "external-id": externalId, variables: { account } });
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
