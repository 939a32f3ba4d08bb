/** Where Firefox differs and a page cannot find out, its name has to do. */

/**
 * Firefox forgets an allowed microphone within the hour unless told to remember it, though it goes on saying
 * "granted"; and it opens none for a page in a tab or window that is not the one in front.
 */
export function isFirefox(): boolean {
  return /\bFirefox\//.test(navigator.userAgent);
}
