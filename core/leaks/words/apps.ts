/** Names of applications by which people meet elsewhere, with the short forms that are in use. */
export const APPS =
  "whatsapp whatsap watsapp whatsup whats wapp wasap guasap wpp zapzap telegram telegramm telegam tg insta instagram ig instagran snapchat snapchap messenger facebook fb tiktok tictoc twitter wechat weixin viber discord skype linkedin imessage facetime hangouts botim kakaotalk kakao zalo bbm icq wickr threema tinder bumble vk vkontakte pinterest twitch reddit onlyfans cashapp venmo grindr bluesky mastodon";

/** Names that are ordinary words as well: more has to speak for them. */
export const COMMON_APPS =
  "line signal snap kik face zap tele imo steam kick hinge gram threads element matrix";

/** What web addresses begin with, also where people break them on purpose. */
export const SCHEMES = "http https hxxp hxxps htp htps ftp www";

/** Mail providers that are named without their ending. */
export const PROVIDERS =
  "gmail googlemail hotmail outlook yahoo icloud protonmail proton gmx ymail aol zoho fastmail tutanota yandex uol bol terra orange wanadoo laposte freenet";
