/** Telephone numbers in groups that can be read out. Those who write them are many; what is none stays as it came. */

/** As China's are written: 3-4-4 for mobiles, the area code apart, the service numbers 400 and 800. */
const CHINESE = [
  /^(1[3-9]\d)(\d{4})(\d{4})$/,
  /^(400|800)(\d{3})(\d{4})$/,
  /^(10|2\d)(\d{4})(\d{4})$/,
  /^([3-9]\d{2})(\d{4})(\d{4})$/,
  /^([3-9]\d{2})(\d{3})(\d{4})$/,
];
/** The country codes of one and of two digits; all others have three. */
const ABROAD = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d{2})(\d{5,12})$/;

export function phoneNumber(number: string): string {
  if (number.startsWith("+86")) return chinese(number.slice(3), "+86") ?? number;
  const abroad = ABROAD.exec(number);
  if (abroad) return `+${abroad[1]} ${inGroups(abroad[2] ?? "")}`;
  const home = number.startsWith("0") ? chinese(number.slice(1), "") : chinese(number, "");
  if (home === null) return number;
  return number.startsWith("0") ? `0${home}` : home;
}

function chinese(national: string, code: string): string | null {
  for (const shape of CHINESE) {
    const parts = shape.exec(national);
    if (parts) return [code, ...parts.slice(1)].filter(Boolean).join(" ");
  }
  return null;
}

/** Threes from the left, fours for what does not divide: 3 3 4, 3 4 4, 4 4. */
function inGroups(digits: string): string {
  const groups: string[] = [];
  let rest = digits;
  while (rest.length > 4) {
    const size = rest.length % 4 === 0 ? 4 : 3;
    groups.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return [...groups, rest].join(" ");
}
