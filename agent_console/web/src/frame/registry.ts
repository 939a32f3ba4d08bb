/** The features there are: each folder of `features/` registers itself by its `index.tsx`. */

import type { Language } from "../i18n/catalogue";
import type { Cure } from "../state/trouble";
import type { Door, Feature, NamedFeature, Page } from "../ui/feature";
import { shared } from "../ui/words";
import { own } from "./words";

const found = import.meta.glob<Feature>("../features/*/index.tsx", { eager: true, import: "feature" });

export const features: readonly NamedFeature[] = Object.entries(found)
  .map(([path, feature]) => ({ ...feature, name: path.split("/").at(-2) ?? "" }))
  .sort((a, b) => (a.order ?? 0) - (b.order ?? 0));

type WithPage = NamedFeature & { readonly page: Page };

export function pagesOf(some: readonly NamedFeature[]): WithPage[] {
  return some.filter((it): it is WithPage => it.page !== undefined);
}

/** `history` of the address `/history/rd-1` and of the path `/history/:id?`. */
export function sectionOf(path: string): string {
  return path.split("/")[1] ?? "";
}

export function pageAt(location: string, some: readonly NamedFeature[]): WithPage | undefined {
  return pagesOf(some).find(({ page }) => sectionOf(page.path) === sectionOf(location));
}

/** The address of a page without what may follow in it. */
export function addressOf({ page }: WithPage): string {
  return `/${sectionOf(page.path)}`;
}

/** Where a user begins. */
export function landing(some: readonly NamedFeature[]): string {
  const pages = pagesOf(some);
  const first = pages.find(({ page }) => page.landing) ?? pages[0];
  return first ? addressOf(first) : "/";
}

/** The page for this, or where the user begins. */
export function placeFor(what: Page["placeFor"], some: readonly NamedFeature[]): string {
  const place = pagesOf(some).find(({ page }) => page.placeFor === what);
  return place ? addressOf(place) : landing(some);
}

export function listedDialogs(some: readonly NamedFeature[]): NamedFeature[] {
  return some.filter(({ dialog }) => dialog?.listed);
}

export function dialogThatCures(cure: Cure, some: readonly NamedFeature[]): string | undefined {
  return some.find(({ dialog }) => dialog?.cure === cure)?.name;
}

export function door(): Door {
  const found = features.find((it) => it.door)?.door;
  if (!found) throw new Error("no feature lets anyone in");
  return found;
}

/** What is fetched apart, of all of them. */
export const fetchedApart = features
  .flatMap(({ page, dialog }) => [page?.show, dialog?.show])
  .filter((show) => show !== undefined && "ahead" in show);

/** Of what is drawn without being fetched first. */
export function firstWords(language: Language): Promise<unknown> {
  const words = features.flatMap((it) => it.words ?? []);
  return Promise.all([shared, own, ...words].map((one) => one.load(language)));
}
