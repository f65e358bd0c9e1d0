/** What pages are told of a session. */

import type { Session } from "@script-manager/client";

import type { SessionFacts } from "../contract";

export function factsOf(session: Session): SessionFacts {
  return {
    session: session.id,
    script: session.script,
    release: session.release,
    state: session.state,
    customer: session.customer,
    externalId: session.external_id,
  };
}
