/** Stands in the place of a date picker that nothing shows. */
export default function noFlatpickr(): never {
  throw new Error("the player has a date field of its own");
}
