//! Customers from elsewhere, who write in English.

use super::situation::{
    Language,
    Matter::{Care, Custom, Damage, Delivery, Hours, Invoice, Payment, Return, Size},
    Situation, about,
};

pub(super) const LANGUAGE: Language = Language {
    code: "en",
    situations: SITUATIONS,
    products: &[
        "Vittoria bag",
        "Navigli satchel",
        "Brera belt",
        "Torino briefcase",
        "Firenze diary",
        "Vietri bowl",
        "Como scarf",
        "Faenza teapot",
    ],
    cities: &["Leeds", "Munich", "Lyon", "Boston", "Edinburgh", "Hamburg", "Bristol"],
    days: &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    colors: &["tan", "black", "forest green", "burgundy", "navy"],
    questions: &[
        "Hello, where is my order at the moment?",
        "Are you open on Sunday, too?",
        "Could you engrave initials on the wallet?",
        "The parcel arrived open. What should I do?",
    ],
    answers: &[
        "Good morning, we are looking into it and will write to you.",
        "Of course, leave it to us!",
        "We have spoken to the warehouse: all is well.",
    ],
};

const SITUATIONS: &[Situation] = &[
    about(
        Delivery,
        "Where is order {order}?",
        "Tracking has said \"in transit\" since {day}. The {product} is a birthday present, so I would like to know whether it will make it to {city} this week.",
    ),
    about(
        Delivery,
        "Customs want a commercial invoice",
        "The parcel {order} is held at customs. They ask for an invoice with the commodity code of the {product}. Could you send it to them directly?",
    ),
    about(
        Delivery,
        "Left in the rain on the doorstep",
        "The courier left the box outside on {day} without ringing. The {product} seems dry, the box is soaked. Please ask them to ring next time.",
    ),
    about(
        Delivery,
        "Can you ship by express?",
        "I need the {product} in {city} by {day}. Happy to pay the difference if it can leave your workshop today.",
    ),
    about(
        Delivery,
        "Wrong item in the box",
        "I ordered the {product} in {color} and received somebody else's order, with their name and address on the slip. How shall we swap?",
    ),
    about(
        Return,
        "Returning the {product}",
        "It is beautifully made but too heavy for me. Unused, in its bag. What do I write on the customs form when sending it from {city}?",
    ),
    about(
        Return,
        "Refund is short by the shipping",
        "For {order} I was refunded the price but not the shipping, although you had sent the wrong colour. I believe {amount} EUR are missing.",
    ),
    about(
        Return,
        "Exchange instead of refund",
        "Could I swap the {product} for the one in {color}? I would rather not wait for a refund and order again.",
    ),
    about(
        Damage,
        "Cracked on arrival",
        "The {product} from order {order} has a hairline crack along the base. I noticed on {day} when unpacking. Photos attached.",
    ),
    about(
        Damage,
        "Strap came off",
        "One of the rivets that hold the strap of my {product} fell out after two weeks. I still have the rivet. Can it be repaired near {city}?",
    ),
    about(
        Damage,
        "Dye rubs off on clothes",
        "The {color} of the {product} comes off on a white shirt. Is there something I should treat it with, or is this one faulty?",
    ),
    about(
        Invoice,
        "VAT invoice for our company",
        "Please issue the invoice for {order} to our company with its VAT number. Our accountant needs it before {day}.",
    ),
    about(
        Invoice,
        "Amount differs from the order",
        "The order confirmation says {amount} EUR, the invoice a little more. Which one is right?",
    ),
    about(
        Size,
        "Positano sandals in UK sizes",
        "I wear a UK 6. Your table says {size}, another shop's table says one less. Do they run narrow?",
    ),
    about(
        Size,
        "Belt too long",
        "Even at the last hole the {color} belt is loose. Can you add two holes if I post it back, or shall I have it done here in {city}?",
    ),
    about(
        Custom,
        "Monogram on the {product}",
        "Could you emboss \"J. H.\" inside the flap rather than outside? And is gold foil possible on {color}?",
    ),
    about(
        Custom,
        "Set of 12 bowls, different sizes",
        "We run a small tea house in {city}. Would you make 12 bowls in three sizes with the same glaze? When could they be ready?",
    ),
    about(
        Payment,
        "Charged twice",
        "My card shows two payments of {amount} EUR for {order}. One of them is still pending; will it go away by itself?",
    ),
    about(
        Payment,
        "PayPal instead of card",
        "My card is refused at the last step. Can I pay the {amount} EUR for the {product} by PayPal or by bank transfer?",
    ),
    about(
        Hours,
        "Visiting the workshop",
        "We are in town on {day} and would love to see how the {product} is made. Do you show visitors around, and must we book?",
    ),
    about(
        Care,
        "Can the {product} be washed?",
        "There was no care label in the parcel {order}. It has a small coffee stain now and I do not dare to touch it.",
    ),
];
