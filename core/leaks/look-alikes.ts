/**
 * Characters that a person reads as a Latin letter, digit or ASCII mark although Unicode's compatibility decomposition does
 * not say so. Each pair of strings stands position by position; capitals come first where their shape differs from the
 * small letter's.
 */
const PAIRS: readonly (readonly [string, string])[] = [
  // Cyrillic
  ["АВЕЅІЈКМНОРСТУХЬԚԜҮ", "abesijkmhopctyxbqwy"],
  ["авеѕіјкмнорстухԛԝһӏԁүґё", "abesijkmhopctyxqwhldyre"],
  // Greek
  ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "abezhikmnoptyxc"],
  ["αβειηκνορτυχωγςϲ", "abeinkvoptuxwycc"],
  // Armenian, Cherokee, Coptic and phonetic letters that are met in disguises
  ["օոսցհԼՏ", "onuqhls"],
  ["ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "abcdeghijklmprstvwz"],
  ["ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"],
  ["ıȷɑɡøłđħŧðþƒɩǀǃ", "ijagoldhtdpfil!"],
  // Digits of Han writing
  ["〇零一二三四五六七八九", "00123456789"],
  ["壹贰叁肆伍陆柒捌玖", "123456789"],
  // Marks
  ["·•∙⋅・。｡․‧●⚫", "..........."],
  ["‘’‚‛`´ʹʼ′", "'''''''''"],
  ["“”„«»″", '""""""'],
  ["−‐‑‒–—―ー⁃﹣", "----------"],
  ["⁄∕÷", "///"],
  ["∣│┃❘￨ǁ", "||||||"],
  ["（）【】「」『』〔〕❨❩❪❫", "()[][][]()()()"],
  ["＿‿", "__"],
  ["：∶꞉", ":::"],
  ["⊕＋➕", "+++"],
  ["º°ª", "°°°"],
];

const SEVERAL: readonly (readonly [string, string])[] = [
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["🔟", "10"],
  ["💯", "100"],
];

/** Enclosed forms without a decomposition: the first code point, what it stands for, and how many follow in order. */
const ROWS: readonly (readonly [first: number, stands: number, count: number])[] = [
  [0x2776, 1, 10],
  [0x2780, 1, 10],
  [0x278a, 1, 10],
  [0x24eb, 11, 10],
  [0x24f5, 1, 10],
  [0x24ff, 0, 1],
  [0x1f10b, 0, 1],
  [0x1f10c, 0, 1],
];

/** Letters in a filled circle or square: the first code point of each alphabet. */
const FILLED_ALPHABETS = [0x1f150, 0x1f170];

/** What stands for a character in the reader, by the character; several characters where it stands for several. */
export const lookAlikes = (): ReadonlyMap<string, string> => {
  const map = new Map<string, string>(SEVERAL);
  for (const [disguises, plain] of PAIRS) {
    const letters = [...plain];
    [...disguises].forEach((disguise, at) => {
      map.set(disguise, letters[at]!);
    });
  }
  for (const [first, stands, count] of ROWS)
    for (let at = 0; at < count; at += 1) map.set(String.fromCodePoint(first + at), String(stands + at));
  for (const first of FILLED_ALPHABETS)
    for (let at = 0; at < 26; at += 1)
      map.set(String.fromCodePoint(first + at), String.fromCharCode(0x61 + at));
  return map;
};
