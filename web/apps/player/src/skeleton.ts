/** What is on the screen before the player's code is there: the same frame, with bones in it. */

const SENTENCES = {
  ru: { loading: "Загружаем скрипт", failed: "Не удалось загрузить скрипт.", again: "Повторить" },
  en: { loading: "Loading the script", failed: "The script could not be loaded.", again: "Try again" },
};
const BONES = ["heading", "speech", "label-bone", "input-bone", "label-bone", "input-bone"];

function part(tag: string, name: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

function frame(container: HTMLElement, body: HTMLElement): void {
  const top = part("div", "top", part("div", "title", part("div", "bone heading")));
  container.replaceChildren(part("div", "app", top, part("div", "main", body)));
}

function sentencesFor(locale: string) {
  return SENTENCES[locale.toLowerCase().startsWith("en") ? "en" : "ru"];
}

export function showSkeleton(container: HTMLElement, locale: string): void {
  const told = part("span", "visually-hidden", sentencesFor(locale).loading);
  const body = part("div", "skeleton", told, ...BONES.map((name) => part("div", `bone ${name}`)));
  body.setAttribute("role", "status");
  frame(container, body);
}

/** The code did not arrive. */
export function showFailure(container: HTMLElement, locale: string, again: () => void): void {
  const sentences = sentencesFor(locale);
  const button = part("button", "button primary", sentences.again) as HTMLButtonElement;
  button.type = "button";
  button.addEventListener("click", again);
  const body = part("div", "state", part("p", "", sentences.failed), part("div", "state-actions", button));
  body.setAttribute("role", "alert");
  frame(container, body);
}
