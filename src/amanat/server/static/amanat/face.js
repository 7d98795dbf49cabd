// The Nastaliq face of Urdu pages comes last: nobody's report waits for it. Where data is saved, or the network is
// slow, it does not come at all, and the page is read in the fonts of the phone.
const { saveData = false, effectiveType = "4g" } = navigator.connection ?? {};

function fetchFace() {
  const { face } = document.getElementById("face").dataset;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: face }));
}

/** The form of a report can be sent once its button may be pressed; any other page is there when it is loaded. */
function afterEverything(act) {
  const button = document.getElementById("send-sealed");
  if (!button?.disabled) return act();
  new MutationObserver((_changes, observer) => {
    if (button.disabled) return;
    observer.disconnect();
    act();
  }).observe(button, { attributes: true });
}

if (!saveData && effectiveType === "4g") addEventListener("load", () => afterEverything(fetchFace));
