/** What the mail or message program of a phone adds below a text, in folded spelling: one line that begins like this. */
const SIGNATURES: readonly RegExp[] = [
  // English
  /^sent (from|on|by) (my|our|a|an|yahoo|outlook|gmail|proton|samsung|android|iphone|ios|ipad|blackberry|mail|mobile)\b/,
  /^sent (via|with|using) /,
  /^get outlook for /,
  // German
  /^(diese (nachricht|mail) wurde )?(gesendet|verschickt|geschickt) (von|mit|via|uber|aus) /,
  /^(diese (nachricht|mail) wurde )?(von|mit|uber) .* (gesendet|verschickt|geschickt)$/,
  /^holen sie sich outlook /,
  // French
  /^envoye (de|depuis|a partir de|avec|via|par) /,
  /^(telechargez|obtenez) outlook /,
  // Spanish and Portuguese
  /^enviad[oa] (desde|de|do|da|con|com|a partir|por|pelo|pela|via|atraves) /,
  /^(obtener|obtenga|obter|baixe) (o )?outlook /,
];

/** Longer ones carry words of their own. */
const SIGNATURE_LENGTH_MAX = 80;

const LINE_BREAK = /\r\n|[\r\n\u2028\u2029]/u;

/**
 * The text without the signature of a phone below it ("Sent from my phone" and its likes in English, German, French, Spanish
 * and Portuguese), which stands on the last line. A text that is such a line alone is kept.
 */
export const withoutSignature = (text: string): string => {
  const lines = text.split(LINE_BREAK);
  let last = lines.length - 1;
  while (last > 0 && lines[last]!.trim() === "") last -= 1;
  if (last === 0 || !isSignature(lines[last]!)) return text;
  const above = lines.slice(0, last);
  // A line of dashes is the customary beginning of a signature (RFC 3676 §4.3).
  while (above.length > 0 && /^[\s\-_–—]*$/u.test(above.at(-1)!)) above.pop();
  return above.join("\n");
};

const isSignature = (line: string): boolean => {
  if (line.length > SIGNATURE_LENGTH_MAX) return false;
  const folded = line
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase()
    .replace(/^[^\p{L}]+|[^\p{L}\p{N}]+$/gu, "")
    .replace(/\s+/gu, " ");
  return SIGNATURES.some((signature) => signature.test(folded));
};
