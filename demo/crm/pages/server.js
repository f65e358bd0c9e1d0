// The CRM's own server, asked for data and for tokens of the player.

export class ServerError extends Error {}

async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/api${path}`, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new ServerError("");
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new ServerError(typeof said.error === "string" ? said.error : "");
  return said;
}

export const server = {
  operators: () => ask("GET", "/operators"),
  customers: (text) => ask("GET", `/customers?q=${encodeURIComponent(text)}`),
  customer: (account) => ask("GET", `/customers/${account}`),
  casesOf: (account) => ask("GET", `/customers/${account}/cases`),
  latestCases: () => ask("GET", "/cases"),
  case: (number) => ask("GET", `/cases/${number}`),
  takeCall: (account, operator) => ask("POST", "/calls", { account, operator }),
  change: (number, changes) => ask("PATCH", `/cases/${number}`, changes),
  token: async (operator) => (await ask("POST", "/player-tokens", { operator })).token,
};
