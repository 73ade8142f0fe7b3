/** Top-level domains that are met in texts. */
export const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set(
  (
    "me es de it so no at to am in is be my us la as do ma se st mo sc id ch pm com net org info biz edu gov mil int eu uk fr br pt io dev app shop store online site website web blog tech xyz club " +
    "club cloud link page live chat email agency digital media news design studio photo photos gallery art music video tv fm " +
    "pro name mobi tel travel jobs ru ua by kz pl cz sk hu ro bg gr tr il sa ae in qa kw eg ma za ng ke gh tz ug au nz " +
    "jp cn kr tw hk sg my th vn ph id pk bd lk ca mx ar cl co pe ve uy ec bo cr gt do cu ch be nl dk fi is ie lu li lt lv ee " +
    "ai gg cc ws ly gl gd ac lol fun top vip win bid icu wiki zone world today life space social bio cat eus gal scot wales " +
    "london berlin paris asia africa lat ngo ong bar pub cafe restaurant hotel rentals homes house rent apartments holiday cab taxi limo " +
    "menu pizza fit yoga fitness health care clinic dental beauty hair market sale deals gifts money cash finance bank insure law legal"
  ).split(" "),
);

/** Those that are also words with which people begin a sentence, in one of the languages that are read. */
export const WORD_DOMAINS: ReadonlySet<string> = new Set(
  (
    "me es de it so no at to am in is be my by us la as do ma se te do cat tel name pro live chat link page today life space world zone fun top win bar pub cafe " +
    "house rent taxi cab menu fit care money cash bank sale news music video photo photos art store shop market email web site cloud online " +
    "the pizza hotel hair yoga law health lol on an or ou un une tu il je ne si st pm mo sc ai id ch co id gifts deals holiday travel jobs app club social blog call mil int " +
    "com info cc ly gl li ca il eu pe"
  ).split(" "),
);

/** Word domains for which a name before the dot is nevertheless the usual reading. */
export const STRONG_DOMAINS: ReadonlySet<string> = new Set(
  "com info app shop store online site blog club co ai cc ly cloud web email".split(" "),
);
