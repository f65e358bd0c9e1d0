// Keys of the whole page, as such pages have them: everywhere but in fields of their own.

export function hotkeys(actions) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, textarea, select");
    if ((isTyping && !event.ctrlKey) || event.target.closest("dialog")) return;
    const action = actions[`${event.ctrlKey ? "ctrl+" : ""}${event.key.toLowerCase()}`];
    if (!action || event.altKey || event.metaKey) return;
    event.preventDefault();
    action();
  });
}
