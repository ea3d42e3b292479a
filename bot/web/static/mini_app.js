// Hands over what Telegram put behind the # of the address, once; without it the page says what to do.
"use strict";

const proof = new URLSearchParams(window.location.hash.slice(1)).get("tgWebAppData");
window.history.replaceState(null, "", window.location.pathname + window.location.search);
if (proof) {
  const form = document.getElementById("proof-form");
  form.elements.proof.value = proof;
  form.submit();
} else {
  document.getElementById("without").hidden = false;
  document.getElementById("moment").hidden = true;
}
