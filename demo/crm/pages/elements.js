// Making elements without a word of markup in strings.

export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function fill(selector, ...children) {
  const place = document.querySelector(selector);
  place.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return place;
}

export function toast(text) {
  const shown = h("div", { class: "toast" }, text);
  document.querySelector("#toasts").append(shown);
  setTimeout(() => shown.remove(), 6000);
}
