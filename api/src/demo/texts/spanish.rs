//! Spanish customers. Products are feminine, so that articles and participles agree.

use super::situation::{
    Language,
    Matter::{Care, Custom, Damage, Delivery, Hours, Invoice, Payment, Return, Size},
    Situation, about,
};

pub(super) const LANGUAGE: Language = Language {
    code: "es",
    situations: SITUATIONS,
    products: &[
        "bandolera Navigli",
        "cartera Brera",
        "mochila Torino",
        "taza Faenza",
        "agenda Firenze",
        "bufanda Como",
        "lámpara Murano",
        "riñonera Capri",
    ],
    cities: &["Valencia", "Sevilla", "Bilbao", "Zaragoza", "Málaga", "Girona", "Vigo"],
    days: &["el lunes", "el martes", "el miércoles", "el jueves", "el viernes", "el sábado"],
    colors: &["cuero natural", "negro", "verde oliva", "burdeos", "azul marino"],
    questions: &[
        "Hola, ¿por dónde va mi pedido?",
        "¿Abren también el domingo?",
        "¿Se puede grabar un nombre en la cartera?",
        "El paquete ha llegado abierto, ¿qué hago?",
    ],
    answers: &[
        "Buenos días, lo miramos ahora mismo y le escribimos.",
        "Claro que sí, ¡nos encargamos!",
        "Hemos hablado con el almacén: todo en orden.",
    ],
};

const SITUATIONS: &[Situation] = &[
    about(
        Delivery,
        "El pedido {order} no llega",
        "Hola, me dijeron que la {product} llegaría {day} y el seguimiento sigue en «salida de Milán». ¿Saben algo del transportista?",
    ),
    about(
        Delivery,
        "Entregado a un vecino que no conozco",
        "En el aviso pone que el paquete {order} lo recogió el 3.º B, pero ahí no vive nadie. Vivo en {city}. ¿Pueden reclamarlo?",
    ),
    about(
        Delivery,
        "¿Puedo recoger el paquete en una tienda?",
        "Trabajo todo el día y no hay nadie en casa. ¿Pueden enviar la {product} a un punto de recogida en {city}?",
    ),
    about(
        Delivery,
        "Envío a Canarias",
        "Al poner mi código postal de Tenerife la web no me deja pagar la {product}. ¿No envían a las islas?",
    ),
    about(
        Delivery,
        "Falta el lazo de regalo en {order}",
        "Pagué el envoltorio de regalo y la {product} llegó en una bolsa de plástico. El cumpleaños es {day}. ¿Qué hacemos?",
    ),
    about(
        Return,
        "Quiero devolver la {product}",
        "El color no se parece al de la foto: pedí {color} y es bastante más claro. Está sin usar y con la etiqueta.",
    ),
    about(
        Return,
        "¿Cuándo me devuelven los {amount} €?",
        "La devolución del pedido {order} llegó a su taller {day} de la semana pasada, pero el banco no ve ningún abono.",
    ),
    about(
        Return,
        "Gastos de devolución desde España",
        "Antes de decidirme: si la {product} no me convence, ¿la recogen ustedes o pago yo el envío desde {city}?",
    ),
    about(
        Damage,
        "La {product} ha llegado rota",
        "La caja venía abierta por una esquina y dentro hay una pieza suelta. He hecho fotos antes de tocar nada. Pedido {order}.",
    ),
    about(
        Damage,
        "Cremallera atascada",
        "La cremallera de la {product} se atasca a la mitad desde el primer día. ¿Se puede reparar o me mandan otra?",
    ),
    about(
        Damage,
        "Mancha en el forro",
        "Por dentro la {product} tiene una mancha oscura, como de cola. No se ve por fuera, pero tratándose de {amount} € esperaba otra cosa.",
    ),
    about(
        Invoice,
        "Necesito factura con NIF intracomunitario",
        "Compramos {order} para la oficina de {city}. El NIF está en el registro VIES, así que la factura debería ir sin IVA italiano.",
    ),
    about(
        Invoice,
        "Error en el nombre de la factura",
        "En la factura {order} aparece mi nombre y no el de la empresa. ¿La pueden rehacer antes de {day}?",
    ),
    about(
        Size,
        "Sandalias Positano talla {size}",
        "Estoy entre la {size} y la siguiente. En verano se me hinchan los pies. ¿Qué me aconsejan?",
    ),
    about(
        Size,
        "Cambio de talla del pedido {order}",
        "El cinturón me queda corto por un agujero. ¿Me lo cambian por el siguiente, también en {color}?",
    ),
    about(
        Custom,
        "Grabar un nombre en la {product}",
        "Es para la jubilación de una compañera. ¿Caben «Mari Carmen» y una fecha? Lo necesitaríamos {day} de la semana que viene como muy tarde.",
    ),
    about(
        Custom,
        "Vajilla a medida para restaurante",
        "Abrimos en {city} en otoño y buscamos 40 platos con el borde en {color}. ¿Hacen tiradas así y con qué plazo?",
    ),
    about(
        Payment,
        "Pago rechazado tres veces",
        "Mi banco dice que no ve ningún intento, pero la web rechaza la tarjeta. Quiero pagar {amount} € por la {product}.",
    ),
    about(
        Payment,
        "El descuento no se aplicó",
        "Tenía un código del 10 % por la primera compra y en {order} me han cobrado {amount} € enteros.",
    ),
    about(
        Hours,
        "¿Abren en agosto?",
        "Pasamos por la tienda {day} de camino a Florencia, viniendo de {city}. ¿Estarán abiertos por la tarde?",
    ),
    about(
        Care,
        "Cómo cuidar la piel",
        "La {product} en {color} se ha oscurecido en las asas. ¿Es normal? ¿Vale cualquier crema o venden una propia?",
    ),
];
