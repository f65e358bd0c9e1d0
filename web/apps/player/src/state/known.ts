/** What is known of a customer when another script starts: the page's variables and the answers of this conversation. */

import type { Answers, Session } from "@script-manager/client";

/** Answers of a session under their names, later ones over earlier ones; empty ones are not knowledge. */
export function answersOf(session: Session): Answers {
  const visited = session.step?.visited ?? [];
  const given = visited.flatMap(({ answers }) => Object.entries(answers));
  return Object.fromEntries(given.filter(([, value]) => value !== null && value !== "" && value !== false));
}
