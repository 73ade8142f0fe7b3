// Longer than other files: every wording in every language, to be read side by side.
import { septetsOfCode } from "#core/domain/gsm-alphabet.ts";
import type { Language } from "./wish.ts";

/**
 * What we answer to a wish, or tell somebody whose text is not passed on.
 * `stop`, `stop-or-this`, `stop-all`: a STOP holds; the second where the rules hear THIS. `this`: it was narrowed.
 * `start`, `help`, `block`, `unblock`, `report`: answers to these words. `hint`: once per conversation, beside a relayed text.
 * `ended`: the conversation is over. `unreachable`: the other one gets no texts here, never why.
 */
export type NoticeKind =
  | "stop"
  | "stop-or-this"
  | "stop-all"
  | "this"
  | "start"
  | "help"
  | "block"
  | "unblock"
  | "report"
  | "hint"
  | "ended"
  | "unreachable";

/** A name of more septets is not shown: no notice may need a second SMS (160 septets, GSM 03.38). */
export const SERVICE_NAME_SEPTETS_MAX = 24;

/**
 * Our words to one participant: one SMS of the GSM alphabet that names the service and holds nothing of what anybody wrote.
 * Where that alphabet lacks an accent, the word is written without it, as is the custom in texts.
 * `serviceName`: null, or a name that {@link isServiceName} refuses, names the service in general words.
 */
export const noticeText = (kind: NoticeKind, language: Language, serviceName: string | null): string => {
  const { service, notices } = WORDING[language];
  const name = serviceName !== null && isServiceName(serviceName) ? serviceName : service;
  return notices[kind].replace("{service}", () => name);
};

/** Whether a name can stand in a notice: 1 to {@link SERVICE_NAME_SEPTETS_MAX} septets of the GSM alphabet, on one line. */
export const isServiceName = (name: string): boolean => {
  if (name.trim() === "" || name.length > SERVICE_NAME_SEPTETS_MAX) return false;
  let septets = 0;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    const cost = code < " ".charCodeAt(0) ? 0 : septetsOfCode(code);
    if (cost === 0) return false;
    septets += cost;
  }
  return septets <= SERVICE_NAME_SEPTETS_MAX;
};

interface Wording {
  /** Stands for the name of the service where there is none. */
  readonly service: string;
  readonly notices: Readonly<Record<NoticeKind, string>>;
}

const WORDING: Readonly<Record<Language, Wording>> = {
  en: {
    service: "This service",
    notices: {
      stop: "{service}: you will get no more texts from this service. Reply START to get them again.",
      "stop-or-this":
        "{service}: you will get no more texts from us. Reply START to get them again, THIS to end only this conversation.",
      "stop-all":
        "{service}: you will get no more texts from us or any other service here. Reply START to get them again.",
      this: "{service}: only this conversation has ended. You will get our other texts. Reply STOP to end all of them.",
      start: "{service}: you will get texts from this service again. Reply STOP to end them.",
      help: "{service}: your texts here are passed on without your number. STOP: no more texts. BLOCK: end this for both. No emergency calls.",
      block:
        "{service}: blocked. Neither of you can text the other any more. Reply UNBLOCK within 24 hours to undo this.",
      unblock: "{service}: unblocked. You two can text each other again. Reply BLOCK to end this.",
      report:
        "{service}: reported and blocked. Neither of you can text the other. Reply UNBLOCK within 24 hours to undo the block.",
      hint: "{service}: passed on. To stop all texts reply STOP, to block this person BLOCK.",
      ended: "{service}: this conversation has ended. Your text was not passed on.",
      unreachable:
        "{service}: your text was not passed on. The other person cannot be reached here any more.",
    },
  },
  de: {
    service: "Dieser Dienst",
    notices: {
      stop: "{service}: Sie erhalten keine SMS dieses Dienstes mehr. Antworten Sie START, um sie wieder zu erhalten.",
      "stop-or-this":
        "{service}: Sie erhalten keine SMS mehr von uns. START: wieder erhalten. THIS: nur dieses Gespräch beenden.",
      "stop-all":
        "{service}: Sie erhalten keine SMS mehr, auch nicht von anderen Diensten hier. START: wieder erhalten.",
      this: "{service}: Nur dieses Gespräch ist beendet. Andere SMS erhalten Sie weiter. STOP beendet alle.",
      start: "{service}: Sie erhalten wieder SMS dieses Dienstes. Antworten Sie STOP, um sie zu beenden.",
      help: "{service}: Ihre SMS hierher werden ohne Ihre Nummer weitergegeben. STOP: keine SMS mehr. BLOCK: für beide beenden. Kein Notruf.",
      block:
        "{service}: Blockiert. Keiner kann dem anderen mehr schreiben. Mit UNBLOCK innerhalb von 24 Stunden heben Sie das auf.",
      unblock: "{service}: Nicht mehr blockiert. Sie können einander wieder schreiben. BLOCK beendet das.",
      report:
        "{service}: Gemeldet und blockiert. Keiner kann dem anderen schreiben. UNBLOCK innerhalb von 24 Stunden hebt das auf.",
      hint: "{service}: Weitergegeben. Keine SMS mehr: STOP. Diese Person blockieren: BLOCK.",
      ended: "{service}: Dieses Gespräch ist beendet. Ihre SMS wurde nicht weitergegeben.",
      unreachable:
        "{service}: Ihre SMS wurde nicht weitergegeben. Die andere Person ist hier nicht mehr erreichbar.",
    },
  },
  fr: {
    service: "Ce service",
    notices: {
      stop: "{service}: vous ne recevrez plus de SMS de ce service. Répondez START pour les recevoir de nouveau.",
      "stop-or-this":
        "{service}: vous ne recevrez plus nos SMS. Répondez START pour les recevoir, THIS pour ne finir que cet échange.",
      "stop-all":
        "{service}: vous ne recevrez plus de SMS, ni de nous ni d'autres services ici. START pour les recevoir de nouveau.",
      this: "{service}: seul cet échange est fini. Vous recevrez nos autres SMS. Répondez STOP pour tout finir.",
      start: "{service}: vous recevrez de nouveau les SMS de ce service. Répondez STOP pour y mettre fin.",
      help: "{service}: vos SMS sont transmis sans votre numéro. STOP: plus de SMS. BLOCK: finir pour les deux. Pas d'appels d'urgence.",
      block:
        "{service}: bloqué. Vous ne pouvez plus vous écrire. Répondez UNBLOCK sous 24 heures pour annuler.",
      unblock: "{service}: débloqué. Vous pouvez de nouveau vous écrire. Répondez BLOCK pour y mettre fin.",
      report:
        "{service}: signalé et bloqué. Vous ne pouvez plus vous écrire. Répondez UNBLOCK sous 24 heures pour débloquer.",
      hint: "{service}: transmis. Plus aucun SMS: répondez STOP. Bloquer cette personne: BLOCK.",
      ended: "{service}: cet échange est fini. Votre SMS n'a pas été transmis.",
      unreachable: "{service}: votre SMS n'a pas été transmis. L'autre personne n'est plus joignable ici.",
    },
  },
  es: {
    service: "Este servicio",
    notices: {
      stop: "{service}: ya no recibira SMS de este servicio. Responda START para recibirlos de nuevo.",
      "stop-or-this":
        "{service}: ya no recibira nuestros SMS. Responda START para recibirlos de nuevo, THIS para terminar solo este chat.",
      "stop-all":
        "{service}: ya no recibira SMS nuestros ni de otros servicios de aqui. Responda START para recibirlos de nuevo.",
      this: "{service}: solo este chat ha terminado. Recibira nuestros otros SMS. Responda STOP para terminar todos.",
      start: "{service}: recibira de nuevo los SMS de este servicio. Responda STOP para no recibirlos.",
      help: "{service}: sus SMS se pasan sin su numero. STOP: no recibir SMS. BLOCK: terminar para los dos. No sirve para emergencias.",
      block:
        "{service}: bloqueado. Ya no pueden escribirse. Responda UNBLOCK dentro de 24 horas para deshacerlo.",
      unblock: "{service}: desbloqueado. Pueden escribirse de nuevo. Responda BLOCK para terminarlo.",
      report:
        "{service}: denunciado y bloqueado. Ya no pueden escribirse. Responda UNBLOCK dentro de 24 horas para desbloquear.",
      hint: "{service}: enviado. Para no recibir SMS responda STOP, para bloquear a esta persona BLOCK.",
      ended: "{service}: este chat ha terminado. Su SMS no fue entregado.",
      unreachable:
        "{service}: su SMS no fue entregado. La otra persona ya no se puede contactar por este medio.",
    },
  },
  pt: {
    service: "Este servico",
    notices: {
      stop: "{service}: nao recebera mais SMS deste servico. Responda START para os receber de novo.",
      "stop-or-this":
        "{service}: nao recebera mais os nossos SMS. Responda START para os receber de novo, THIS para terminar so esta conversa.",
      "stop-all":
        "{service}: nao recebera mais SMS nossos nem de outros servicos daqui. Responda START para os receber de novo.",
      this: "{service}: so esta conversa terminou. Recebera os nossos outros SMS. Responda STOP para terminar todos.",
      start: "{service}: recebera de novo os SMS deste servico. Responda STOP para os terminar.",
      help: "{service}: os seus SMS seguem sem o seu numero. STOP: sem mais SMS. BLOCK: terminar para os dois. Nao serve para emergencias.",
      block:
        "{service}: bloqueado. Ja nao podem escrever um ao outro. Responda UNBLOCK dentro de 24 horas para desfazer.",
      unblock: "{service}: desbloqueado. Podem escrever um ao outro de novo. Responda BLOCK para terminar.",
      report:
        "{service}: denunciado e bloqueado. Ja nao podem escrever. Responda UNBLOCK dentro de 24 horas para desbloquear.",
      hint: "{service}: enviado. Para terminar todos os SMS responda STOP, para bloquear esta pessoa BLOCK.",
      ended: "{service}: esta conversa terminou. O seu SMS nao foi entregue.",
      unreachable: "{service}: o seu SMS nao foi entregue. A outra pessoa ja nao pode ser contactada aqui.",
    },
  },
};
