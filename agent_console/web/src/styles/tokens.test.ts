import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf-8");
const [light = "", dark = ""] = css.split(':root[data-theme="dark"]');
const themes = { light: tokens(light), dark: { ...tokens(light), ...tokens(dark) } };

function tokens(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]));
}

/** WCAG 2: relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

const states = ["ready", "ringing", "talking", "holding", "wrapping", "paused", "out", "danger", "accent"];
const grounds = ["canvas", "surface", "sunken", "hover"];

/** Text, what it stands on, and how much it needs: 4.5 for text, 3 for signs. */
const pairs: [string, string, number][] = [
  ...["ink", "ink-2", "ink-3"].flatMap((text) =>
    grounds.map((on) => [text, on, 4.5] as [string, string, number]),
  ),
  ...states.flatMap((state): [string, string, number][] => [
    [state, "surface", 4.5],
    [state, `${state}-soft`, 4.5],
    ["ink", `${state}-soft`, 4.5],
    [`${state}-solid`, "surface", 3],
  ]),
  ...[
    "accent-solid",
    "accent-solid-hover",
    "ready-solid",
    "ready-solid-hover",
    "danger-solid",
    "danger-solid-hover",
  ].map((ground): [string, string, number] => ["on-solid", ground, 4.5]),
  ["focus", "surface", 3],
  ["field-line", "surface", 3],
];

it.each(Object.keys(themes) as (keyof typeof themes)[])("%s: every text can be read (WCAG AA)", (theme) => {
  const weak = pairs.flatMap(([text, ground, least]) => {
    const [a, b] = [themes[theme][text], themes[theme][ground]];
    if (!a || !b) return [`${text} or ${ground} is not defined`];
    const ratio = contrast(a, b);
    return ratio < least ? [`${text} on ${ground}: ${ratio.toFixed(2)} < ${least}`] : [];
  });
  expect(weak).toEqual([]);
});
