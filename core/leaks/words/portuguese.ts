import type { Language } from "./roles.ts";

export const portuguese: Language = {
  units: "zero um|uma dois|duas tres quatro cinco seis|meia sete oito nove",
  teens:
    "dez onze doze treze quatorze|catorze quinze dezesseis|dezasseis dezessete|dezassete dezoito dezenove|dezanove",
  tens: "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
  hundreds:
    "cem|cento duzentos|duzentas trezentos|trezentas quatrocentos|quatrocentas quinhentos|quinhentas seiscentos|seiscentas setecentos|setecentas oitocentos|oitocentas novecentos|novecentas",
  hundred: "",
  thousand: "mil",
  repeat: "duplo|dobro triplo quadruplo",
  and: "e",
  at: "arroba",
  dot: "ponto",
  underscore: "underline sublinhado",
  slash: "barra",
  dash: "traco hifen",
  connect: "e depois entao seguido de mais finalmente espaco",
  phoneCue:
    "liga ligue ligar liguem numero numeros telefone telemovel tel celular cel contato contacto whatsapp zap zapzap fone chama chame manda anota ddd",
  codeCue:
    "pedido reserva codigo fatura encomenda rastreio rastreamento cep nif cpf cnpj rg protocolo boleto nota referencia ref bilhete cartao senha conta iban matricula placa voo recibo cupom pin nib contrato ticket",
  label:
    "andar porta rua casa numero num quarto bloco apto apartamento predio onibus autocarro linha plataforma tamanho assento fila sala mesa loja lote km pagina idade quadra torre",
  unit: "reais real euros euro eur centavos h hora horas min minutos dias dia semanas meses anos pessoas adultos criancas noites kg km cm mm m metros litros quilos por cento vezes unidades quartos",
  nameCue: "usuario utilizador user username apelido nick nome conta perfil",
  siteCue: "site pagina web entra visite acesse link loja blog url veja",
  invite: "adiciona adicione procura procure busca segue siga acha chama manda encontra",
  is: "sou chamo como estou seja",
  on: "no na em pelo pela",
  mine: "meu minha meus",
  ordinary:
    "o a os as um uma uns umas eu tu voce ele ela nos eles elas voces me te se lhe meu minha teu seu sua nosso e ou mas se nao sim que quem qual onde quando como porque pois muito mais menos tao ja aqui ali la agora hoje amanha ontem depois antes sempre nunca tambem so tudo nada algo alguem ninguem este esta isto esse essa isso aquele de do da dos das ao em no na nos nas com por para sem sobre entre ate desde obrigado obrigada ola oi tchau bom boa dia tarde noite desculpa favor claro perfeito pronto ha e sao sou era foi ser estar estou esta estao tenho tem vou vai vamos posso pode quero quer faz faco casa carro rua porta estacao preco dinheiro tempo hora semana mes bem mal melhor pior novo grupo foto fotos mensagem conta certo ok disponivel trabalho privado hackeado caiu bloqueado",
};
