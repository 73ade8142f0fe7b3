import type { Language } from "./roles.ts";

export const spanish: Language = {
  units: "cero uno|un|una dos tres cuatro cinco seis siete ocho nueve",
  teens: "diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
  tens: "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
  hundreds:
    "cien|ciento doscientos|doscientas trescientos|trescientas cuatrocientos|cuatrocientas quinientos|quinientas seiscientos|seiscientas setecientos|setecientas ochocientos|ochocientas novecientos|novecientas",
  hundred: "",
  thousand: "mil",
  repeat: "doble triple cuadruple",
  and: "y",
  at: "arroba",
  dot: "punto",
  underscore: "guionbajo subguion",
  slash: "barra",
  dash: "guion",
  connect: "y luego despues seguido de mas entonces finalmente espacio",
  phoneCue:
    "llama llamame llamar llamad llameme numero numeros telefono tlf tfno tel movil cel celular contacto contactame escribeme marca marcame whatsapp wasap guasap mandame anota apunta",
  codeCue:
    "pedido reserva codigo factura referencia ref seguimiento localizador paquete envio ticket billete tarjeta clave contrasena postal matricula vuelo expediente cuenta iban dni nif cif poliza albaran recibo cupon pin cp contrato cliente",
  label:
    "piso puerta calle portal numero num habitacion casa planta escalera bloque autobus bus anden talla asiento fila apartamento apto depto edificio via km linea sala mesa parada edad local",
  unit: "euros euro eur pesos dolares usd centimos h hora horas min minutos dias dia semanas meses anos personas adultos ninos noches kg km cm mm m metros litros kilos por ciento unidades uds veces habitaciones",
  nameCue: "usuario user username apodo nick nombre cuenta perfil",
  siteCue: "web pagina sitio visita entra enlace mira blog tienda url link",
  invite:
    "buscame busca agregame anademe anade agrega sigueme sigue escribeme hablame encuentrame mandame contactame",
  is: "es soy como llamo estoy son",
  on: "en por",
  mine: "mi mis mio",
  ordinary:
    "el la los las un una unos unas lo le les se me te nos os yo tu el ella ellos usted ustedes mi tu su mis tus sus y o u pero si no ni que quien cual donde cuando como porque pues muy mas menos tan ya aqui alli ahi ahora hoy manana ayer luego despues antes siempre nunca tambien solo todo todos nada algo alguien nadie este esta esto ese esa eso aquel de del al a en con por para sin sobre entre hasta desde hacia gracias hola adios vale bueno buenos buenas dias tardes noches perdon favor claro perfecto genial listo hay es son soy eres era fue ser estar estoy esta estan tengo tiene tienes voy va vas vamos puedo puede puedes quiero quiere hace hago casa coche calle piso puerta estacion precio dinero tiempo hora dia semana mes bien mal mejor peor nuevo grupo foto fotos mensaje cuenta roto acuerdo disponible trabajo privado hackeado borrado caido bloqueado",
};
