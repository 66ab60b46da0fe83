/* A display runs on what a screen of 2016 understands. */
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const acorn = require("acorn");
const csstree = require("css-tree");

const STATIC = path.join(__dirname, "..", "..", "api", "static", "display");
// what Chrome 50, Firefox 45 and Safari 9 knew, of what we might want
const PROPERTIES = new Set(("align-content align-items background background-color border border-bottom border-collapse border-radius bottom " +
  "box-shadow box-sizing clip color display fill flex flex-direction flex-wrap font font-family font-size font-weight height justify-content left " +
  "letter-spacing line-height margin margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width opacity order " +
  "overflow padding padding-left padding-right padding-top padding-bottom position right table-layout text-align text-decoration text-overflow top " +
  "transform vertical-align visibility white-space width z-index").split(" "));
const PSEUDO = new Set(["empty", "first-child", "last-child", "nth-child", "hover", "focus", "before", "after"]);
const FUNCTIONS = new Set(["rgb", "rgba", "rect", "rotate", "calc"]);
const FEATURES = new Set(["max-aspect-ratio", "min-aspect-ratio", "max-width", "min-width", "orientation"]);
const LATE = ["fetch(", "IntersectionObserver", "ResizeObserver", "Object.entries", "Object.values", ".padStart", ".includes(", ".append(", ".replaceWith", "URLSearchParams", "AbortController"];

function faultsOfCss(text) {
  const faults = [];
  csstree.walk(csstree.parse(text, { onParseError: (error) => faults.push(error.message) }), (node) => {
    if (node.type === "Declaration" && !PROPERTIES.has(node.property)) { faults.push("property " + node.property); }
    if (node.type === "Declaration" && node.property === "display" && /grid|contents/.test(csstree.generate(node.value))) { faults.push("display " + csstree.generate(node.value)); }
    if (node.type === "PseudoClassSelector" && !PSEUDO.has(node.name)) { faults.push(":" + node.name); }
    if (node.type === "Function" && !FUNCTIONS.has(node.name)) { faults.push(node.name + "()"); }
    if (node.type === "Atrule" && node.name !== "media") { faults.push("@" + node.name); }
    if (node.type === "Feature" && !FEATURES.has(node.name)) { faults.push("media " + node.name); }
  });
  return faults;
}

test("scripts of displays are ES2015, with functions of that year", () => {
  for (const name of fs.readdirSync(STATIC).filter((each) => each.endsWith(".js"))) {
    const text = fs.readFileSync(path.join(STATIC, name), "utf8");
    acorn.parse(text, { ecmaVersion: 2015, sourceType: "script" });
    assert.deepStrictEqual(LATE.filter((word) => text.includes(word)), [], name);
    assert.ok(!/https?:/.test(text), name);
  }
});

test("styles of displays are CSS of 2016", () => {
  for (const name of fs.readdirSync(STATIC).filter((each) => each.endsWith(".css"))) {
    assert.deepStrictEqual(faultsOfCss(fs.readFileSync(path.join(STATIC, name), "utf8")), [], name);
  }
});

test("the linter finds what is too new", () => {
  assert.throws(() => acorn.parse("async function f() { await 1; }", { ecmaVersion: 2015 }));
  const late = "a { display: grid; gap: 1px; width: min(1px, 2px); } :is(a) { color: var(--x); --x: red; } @supports (x: y) {}";
  assert.ok(faultsOfCss(late).length >= 5);
});
