const first = document.getElementById("first");
const last = document.getElementById("last");
let second = null;

async function token() {
  const response = await fetch("/token", { method: "POST" });
  return (await response.json()).token;
}

first.variables = { account: "1000000001" };

document.addEventListener("script-player:token-expired", async ({ detail }) => {
  detail.renew(await token());
});
document.addEventListener("script-player:session-ended", ({ detail }) => {
  last.value = `${detail.session}: ${detail.end ?? detail.state}`;
});
document.getElementById("toggle").addEventListener("click", () => {
  if (second) {
    second.remove();
    second = null;
    return;
  }
  second = document.createElement("script-player");
  second.setAttribute("operator", "anna");
  second.setAttribute("external-id", "case-2");
  document.body.append(second);
});
