// Runs before anything else on either page and notes when what is awaited could first be seen.
{
  const seen = { shell: null, form: null, keystrokes: [], steps: [] };
  window.seen = seen;
  // A callback of a frame comes before its painting, a message sent in it after.
  const afterPaint = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => then(performance.now());
    channel.port2.postMessage(null);
  });
  const root = () => document.querySelector("script-player")?.shadowRoot ?? document.querySelector("#place");
  const isSeen = (element) => element !== null && element.getBoundingClientRect().height > 0;
  const field = () => root()?.querySelector("form input:not([disabled]), form textarea:not([disabled])") ?? null;
  const look = () => {
    const place = root();
    if (place && seen.shell === null && [...place.querySelectorAll("*")].some((each) => each.localName !== "style" && isSeen(each))) {
      seen.shell = -1;
      afterPaint((now) => (seen.shell = now));
    }
    if (place && seen.form === null && isSeen(field())) {
      seen.form = -1;
      afterPaint((now) => {
        seen.form = now;
        console.debug("the form is there");
      });
    }
    if (seen.form === null) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  addEventListener("keydown", (event) => afterPaint((now) => seen.keystrokes.push(now - event.timeStamp)), true);
  // Watches for a step's name to change; the answer's arrival is the browser's own note of the request.
  window.watchStep = () => {
    const name = () => root().querySelector("h2")?.textContent;
    const before = name();
    const from = performance.now();
    const isAnswer = (entry) => entry.name.includes("/submit") && entry.responseEnd > from;
    const look = () => {
      if (name() === before || !isSeen(field())) return requestAnimationFrame(look);
      return afterPaint((now) => {
        const answers = performance.getEntriesByType("resource").filter(isAnswer);
        // The event stream may have brought the step before the request was answered: then nobody waited.
        seen.steps.push(answers.length ? now - answers.at(-1).responseEnd : 0);
      });
    };
    requestAnimationFrame(look);
  };
}
