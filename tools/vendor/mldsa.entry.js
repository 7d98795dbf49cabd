// What static/vendor/mldsa.mjs offers, apart from sealing.mjs because few need it: see static/amanat/mldsa.js.
export { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
