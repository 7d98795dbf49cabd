// Leaves the page at once: the button, or Escape twice. `replace` keeps the page out of the way back.
const button = document.getElementById("leave");
const leave = (event) => {
  event?.preventDefault();
  document.body.replaceChildren();
  location.replace(button.dataset.exit);
};
if (button) {
  button.addEventListener("click", leave);
  let last = -Infinity;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (event.timeStamp - last < 1000) leave();
    last = event.timeStamp;
  });
}
