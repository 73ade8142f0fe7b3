// Longer than other files: one table of wordings.

/** What a reaction says; `emoji`: the picture that it names; `other`: a form of words that is not known. */
export type ReactionFamily =
  | "like"
  | "love"
  | "dislike"
  | "laugh"
  | "emphasis"
  | "question"
  | "emoji"
  | "removed"
  | "other";

export type ReactionLanguage = "en" | "de" | "fr" | "es" | "pt";

/** The words before and after a quotation, in folded spelling (see `folded-text.ts`), without the quotes around it. */
interface Wording {
  readonly family: ReactionFamily;
  readonly language: ReactionLanguage | null;
  readonly lead: RegExp;
  /** Absent: none. */
  readonly tail?: RegExp;
}

const NONE = /^$/;

const leads = (
  language: ReactionLanguage | null,
  byFamily: Partial<Record<ReactionFamily, string>>,
): readonly Wording[] =>
  Object.entries(byFamily).map(([family, words]) => ({
    family: family as ReactionFamily,
    language,
    lead: new RegExp(`^(?:${words}) ?:?$`, "u"),
  }));

const framed = (
  language: ReactionLanguage | null,
  lead: string,
  byFamily: Partial<Record<ReactionFamily, string>>,
): readonly Wording[] =>
  Object.entries(byFamily).map(([family, words]) => ({
    family: family as ReactionFamily,
    language,
    lead: new RegExp(`^(?:${lead})$`, "u"),
    tail: new RegExp(`^(?:${words})$`, "u"),
  }));

/** The wordings of iOS and of those who imitate it, by language. Those with a picture need none: see {@link EMOJI_LEAD}. */
const WORDINGS: readonly Wording[] = [
  ...leads("en", {
    like: "liked|thumbs up(?: to)?|thumbed up",
    love: "loved|hearted",
    dislike: "disliked|thumbs down(?: to)?",
    laugh: "laughed at|laughed|haha(?: to)?",
    emphasis: "emphasi[sz]ed",
    question: "questioned",
    emoji: "reacted (?:with )?an? [a-z ]{1,20} to",
    removed: "removed (?:an? |the |their |your )?[a-z ]{1,24} (?:from)",
  }),
  ...leads("de", {
    like: '(?:hat )?(?:ein )?"?gefallt(?: mir)?"?(?: (?:zu|fur|bei|auf))?|mag|mochte|hat ein(?:en)? "?(?:gefallt mir|like|daumen hoch)"? (?:zu|fur|bei|auf)',
    dislike: '(?:hat )?(?:ein )?"?gefallt(?: mir)? nicht"?(?: (?:zu|fur|bei|auf))?|mag nicht',
    love: "(?:hat )?(?:ein )?herz(?: hinzugefugt)?(?: (?:zu|fur|bei|an|auf))?|liebt|liebte|hat geliebt",
    laugh: "(?:hat )?(?:gelacht|lacht|lachte) uber|hat (?:ein )?haha (?:zu|fur)|haha zu",
    emphasis: "(?:hat )?(?:betont|betonte|hervorgehoben|hebt hervor|unterstrichen)",
    question: "(?:hat )?(?:hinterfragt|hinterfragte|infrage gestellt|in frage gestellt)",
    removed:
      "(?:hat )?.{1,40} (?:entfernt|zuruckgenommen)(?: (?:von|aus|bei|fur))?|entfernte? .{1,30} (?:von|aus|bei)",
  }),
  ...framed("de", "(?:hat)?(?: ?(?:mit|uber|auf|zu))?", {
    like: '(?:hat )?(?:(?:mit )?"?gefallt mir"? markiert|gefallt(?: mir)?|geliked|gelikt|gemocht)',
    dislike: '(?:hat )?(?:(?:mit )?"?gefallt mir nicht"? markiert|gefallt(?: mir)? nicht|nicht gemocht)',
    love: '(?:hat )?(?:geliebt|(?:mit )?(?:einem )?"?herz"? (?:markiert|versehen))',
    laugh: '(?:hat )?(?:gelacht|belacht|(?:mit )?"?haha"? markiert)',
    emphasis: '(?:hat )?(?:betont|hervorgehoben|unterstrichen|(?:mit )?"?(?:ausrufezeichen)"? markiert)',
    question:
      '(?:hat )?(?:hinterfragt|infrage gestellt|in frage gestellt|(?:mit )?"?fragezeichen"? markiert)',
    emoji: "(?:mit )?\\p{S}.{0,12} (?:reagiert|markiert)|reagiert",
  }),
  ...leads("fr", {
    like: '(?:a )?aime|a (?:attribue|ajoute|mis) (?:la mention |un )?"?j\'aime"? (?:a|sur)|"?j\'aime"? (?:a|sur|pour)',
    love: '(?:a )?adore|a (?:attribue|ajoute|mis) (?:la mention |un )?"?(?:j\')?(?:adore|coeur|cœur)"? (?:a|sur)',
    dislike:
      "n'a pas aime|n'aime pas|a (?:attribue|ajoute|mis) (?:la mention |un )?\"?je n'aime pas\"? (?:a|sur)",
    laugh: "a ri (?:de|a|en lisant)|rit de|a trouve (?:cela |ca )?drole",
    emphasis:
      "a (?:mis en (?:evidence|avant|valeur)|souligne|accentue|insiste sur|exclame)|s'est exclame(?:\\(?e\\)?)? (?:sur|a)|a mis l'accent sur",
    question:
      "a (?:pose une question sur|questionne|interroge|remis en question|mis en doute)|s'est interroge(?:\\(?e\\)?)? sur",
    emoji: 'a (?:attribue|ajoute) la mention "[^"]{1,30}" a|a reagi .{1,30} (?:a|sur)',
    removed: "a (?:retire|supprime|enleve|annule) .{1,40} (?:de|sur|a)",
  }),
  ...leads("es", {
    like: '(?:a [a-z]{1,20} )?le (?:gusto|gusta)|me gusta(?: a)?|(?:ha )?(?:indicado|indico) que le gusta|(?:ha )?(?:marcado|marco) (?:como |con )?"?me gusta"?(?: a)?',
    love: "le (?:encanto|encanta)|amo",
    dislike: "no le (?:gusto|gusta)|no me gusta",
    laugh: "le (?:dio|da|causo) (?:mucha )?risa|se (?:rio|ha reido) (?:de|con|por)|le hizo gracia",
    emphasis:
      "(?:ha )?(?:exclamo|exclamado) (?:por|con|sobre)|enfatizo|ha enfatizado|destaco|ha destacado|resalto|remarco|recalco|subrayo",
    question: "dudo (?:sobre|de|por)|cuestiono|ha cuestionado|pregunto (?:por|sobre)",
    emoji: "(?:ha )?reacciono .{1,30} a",
    removed: "(?:ha )?(?:elimino|eliminado|quito|quitado|retiro|retirado|borro) .{1,40} (?:de|en|a)",
  }),
  ...leads("pt", {
    like: 'gostou(?: de)?|curtiu|(?:adicionou|colocou) (?:um )?"?(?:gosto|gostei)"? (?:a|em)',
    love: "amou|adorou",
    dislike: "nao (?:gostou(?: de)?|curtiu)|descurtiu",
    laugh:
      "riu(?:-se)?(?: (?:de|com|da|do))?|achou (?:graca|engracado)(?: (?:de|em|a))?|deu risada (?:de|com)",
    emphasis: "enfatizou|destacou|deu enfase a|realcou|salientou|sublinhou|exclamou(?: (?:com|sobre|por))?",
    question: "questionou|perguntou sobre|duvidou de|interrogou(?:-se sobre)?",
    emoji: "reagiu .{1,30} a",
    removed: "(?:removeu|retirou|eliminou|apagou) .{1,40} (?:de|do|da|em|a)",
  }),
  // Other languages have no words of ours: the reaction keeps its own.
  ...leads(null, {
    like: 'понравилось|ha messo "?mi piace"? a|mi piace|(?:gillade|likte|syntes godt om)|polubiono',
    love: "очень понравилось|ha (?:adorato|amato)|adora|alskade|elsket|elskede",
    dislike: 'не понравилось|non (?:gli |le )?e piaciuto|ha messo "?non mi piace"? a|ogillade|mislikte',
    laugh: "посмеялись над|ha riso (?:di|a|per)|skrattade at|lo av",
    emphasis: "отмечено|ha (?:enfatizzato|evidenziato|sottolineato)|betonade|fremhevet|understrekte",
    question: "поставлен вопрос на|ha (?:messo in dubbio|contestato)|ifragasatte|stilte sporsmal ved",
    removed: "ha rimosso .{1,40} da|убрано? .{1,40} (?:с|из)|tog bort .{1,40} fran|fjernet .{1,40} fra",
  }),
  ...framed(null, "(?:vond|heeft)?", {
    like: "leuk(?: gevonden)?",
    love: "geweldig(?: gevonden)?",
    dislike: "niet leuk(?: gevonden)?",
    laugh: "grappig(?: gevonden)?",
    emphasis: "benadrukt",
    question: "in twijfel getrokken",
  }),
  // Japanese, Chinese and Korean set the words after the quotation.
  ...framed(null, "", {
    other: '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul} "]{2,30}',
  }),
];

const PICTURE =
  "(?:[0-9#*]\\u20e3|[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\p{Regional_Indicator}\\u{e0020}-\\u{e007f}])+";

/** A picture with at most three words on either side: "👍 to", "Reacted with 👍 to", "Ha reaccionado con 👍 a". */
const EMOJI_LEAD = new RegExp(
  `^(?:\\p{L}+ ){0,3}${PICTURE}(?: ${PICTURE}){0,3}(?: \\p{L}{1,10}){0,3} ?:?$`,
  "u",
);

/** German ends with the verb: "Hat mit 👍 auf „…“ reagiert". */
const EMOJI_TAIL = /^(?:reagiert|markiert)?$/u;

/** Some phones quote without quotes: "👍 to See you". */
const UNQUOTED_LEAD = new RegExp(`^${PICTURE} (?:to|zu|auf|a|para) (?=\\S)`, "u");

const EMOJI_REMOVED =
  /^(?:removed|(?:hat )?entfernt|a (?:retire|supprime|enleve)|(?:ha )?(?:elimino|quito|retiro)|removeu|retirou)\b/u;

const EMOJI_LANGUAGES: readonly (readonly [RegExp, ReactionLanguage])[] = [
  [/^(?:reacted|removed)\b| (?:to|from)$/u, "en"],
  [/^hat\b| (?:zu|auf|fur|bei|von)$/u, "de"],
  [/^a (?:reagi|retire|supprime|enleve)\b/u, "fr"],
  [/^(?:ha )?(?:reacciono|reaccionado|elimino|quito|retiro)\b/u, "es"],
  [/^(?:reagiu|removeu|retirou)\b| (?:para|ao)$/u, "pt"],
];

/** Words of a form that is not known: few, without signs of a sentence, and without digits. */
const OTHER_WORDS = /^(?:[\p{L}'"-]+(?: [\p{L}'"-]+){0,5} ?:?)?$/u;

export interface WordingMatch {
  readonly family: ReactionFamily;
  readonly language: ReactionLanguage | null;
}

/** Which reaction of a known form the words around a quotation are, or null: `lead` and `tail` in folded spelling. */
export const wordingOf = (lead: string, tail: string): WordingMatch | null => {
  if (lead === "" && tail === "") return null;
  for (const wording of WORDINGS) {
    if (wording.lead.test(lead) && (wording.tail ?? NONE).test(tail)) return wording;
  }
  if (!EMOJI_TAIL.test(tail) || !EMOJI_LEAD.test(lead)) return null;
  const language = EMOJI_LANGUAGES.find(([pattern]) => pattern.test(lead))?.[1] ?? null;
  return { family: EMOJI_REMOVED.test(lead) ? "removed" : "emoji", language };
};

/** Whether the words around a quotation may be a reaction in a form that is not known. */
export const mayBeWording = (lead: string, tail: string): boolean =>
  (lead !== "" || tail !== "") && OTHER_WORDS.test(lead) && OTHER_WORDS.test(tail);

/** How many characters of a folded text come before what is quoted without quotes, or null where nothing is. */
export const unquotedLeadLength = (folded: string): number | null =>
  UNQUOTED_LEAD.exec(folded)?.[0].length ?? null;
