//! What a word can be: the dictionary that every matcher reads from. A word may be several things; all are written small.

use std::{collections::HashMap, sync::LazyLock};

use super::common;

/// What a word can be, as a set of flags.
pub type Senses = u32;

/// A word of every day or of the profession: it names nobody.
pub const COMMON: Senses = 1;
/// A day of the week.
pub const DAY: Senses = 1 << 1;
/// A month.
pub const MONTH: Senses = 1 << 2;
/// Somebody of the family who is spoken of without an article: mum.
pub const KIN: Senses = 1 << 3;
/// Somebody's part, spoken of with an article: the foster carer.
pub const ROLE: Senses = 1 << 4;
/// A word that belongs to the role behind it: foster carer, social worker.
pub const ROLE_KIND: Senses = 1 << 5;
/// A title before a name.
pub const TITLE: Senses = 1 << 6;
/// The last word of a street's name.
pub const STREET: Senses = 1 << 7;
/// A last word that hardly stands in anything but a street's name.
pub const SURE_STREET: Senses = 1 << 8;
/// The last word of the name of a school, a hospital or another house that looks after people.
pub const HOUSE: Senses = 1 << 9;
/// A word inside such a name that doesn't tell one from another: primary.
pub const GENERIC: Senses = 1 << 10;
/// A word that makes what stands before it an institution, a law or a method, and no person: act, review, model.
pub const INSTITUTION: Senses = 1 << 11;
/// A word after which a place is likely: near.
pub const WHERE: Senses = 1 << 12;
/// A word of going from one place to another.
pub const MOTION: Senses = 1 << 13;
/// What only a person does: said.
pub const DOES: Senses = 1 << 14;
/// What persons and things do: was.
pub const IS: Senses = 1 << 15;
/// A word that may stand between a name and its verb: never.
pub const ADVERB: Senses = 1 << 16;
/// A small word inside a name: van der Berg.
pub const PARTICLE: Senses = 1 << 17;
/// A word near a day of birth: born.
pub const BIRTH: Senses = 1 << 18;
/// A word near a vehicle's plate: van.
pub const VEHICLE: Senses = 1 << 19;
/// A word before the number of a case: reference.
pub const CASE: Senses = 1 << 20;
/// A word between such a word and the number: no.
pub const FILLER: Senses = 1 << 21;
/// A name that is also a word, such as hope: seen small elsewhere it stays a name.
pub const NAME_TOO: Senses = 1 << 22;
/// An author or a well-known inquiry.
pub const READ: Senses = 1 << 23;
/// A word that stands before a noun and leaves no room for "the": her.
pub const DETERMINER: Senses = 1 << 24;
/// A word that leads to a noun, so that "the" can follow: with.
pub const LEADING: Senses = 1 << 25;
/// What belongs to a child and not to an adult: Jayden's mum.
pub const OF_A_CHILD: Senses = 1 << 26;
/// A word before a number inside an address: flat.
pub const FLAT: Senses = 1 << 27;
/// A title that authors also have: professor.
pub const LEARNED: Senses = 1 << 28;
/// A title of the police, of which the short ones are written large: PC.
pub const POLICE: Senses = 1 << 29;
/// A town or an area that everybody knows.
pub const TOWN: Senses = 1 << 30;

const LISTS: &[(Senses, &str)] = &[
    (COMMON, common::EVERYDAY),
    (COMMON, common::PROFESSION),
    (COMMON, common::KNOWN),
    (COMMON, common::PEOPLES),
    (READ, common::READ),
    (TOWN, common::TOWNS),
    (DAY, "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"),
    (
        MONTH,
        "january february march april may june july august september october november december
        jan feb mar apr jun jul aug sep sept oct nov dec",
    ),
    (
        KIN,
        "mum mummy mam mammy mom mother dad daddy da father nan nana nanna nanny gran grandma granny grandmother grandad
        granddad grandpa grandfather stepdad stepmum stepfather stepmother birthmum birthdad",
    ),
    (
        ROLE,
        "aunt auntie aunty uncle brother sister son daughter cousin niece nephew sibling stepbrother stepsister stepson
        stepdaughter twin baby toddler child boy girl lad teenager partner boyfriend girlfriend husband wife fiance ex carer
        worker teacher tutor headteacher midwife nurse visitor doctor gp paediatrician solicitor barrister guardian
        advocate neighbour friend manager supervisor colleague student officer assistant mentor interpreter
        childminder landlord psychologist psychiatrist therapist counsellor coordinator supervisee mate classmate",
    ),
    (
        ROLE_KIND,
        "foster social key support health police class head team half step family link duty school great birth adoptive
        residential youth probation outreach deputy senior assistant school's best domestic community practice play",
    ),
    (
        TITLE,
        "mr mrs ms miss mx dr prof professor sir dame lord lady judge justice rev reverend imam rabbi cllr councillor nurse
        sister",
    ),
    (TITLE | POLICE, "pc dc ds di sgt sergeant constable detective"),
    (LEARNED, "dr prof professor sir lord"),
    (
        STREET,
        "street st road rd avenue ave close cl drive lane ln way court ct crescent cres terrace place gardens gdns grove square
        sq hill park mews row walk rise view green wharf parade buildings house yard gate bank fold croft",
    ),
    (SURE_STREET, "street road rd avenue ave drive lane ln crescent terrace gardens grove mews close"),
    (
        HOUSE,
        "school academy college nursery preschool primary infants juniors university hospital infirmary hospice clinic surgery
        practice centre hub lodge house home hostel refuge unit church chapel cathedral mosque temple synagogue gurdwara
        mandir prison yoi court council estate",
    ),
    (
        GENERIC,
        "primary secondary junior infant infants juniors nursery special community high grammar comprehensive sixth form
        catholic church of england ce rc c e the and independent free pre all through upper lower middle training teaching
        business sunday summer general district royal university children children's childrens child women's women family
        families magistrates magistrates' crown county youth supreme sheriff appeal care nursing residential day medical
        health walk specialist short breaks contact detention young offender offenders city borough town parish metropolitan
        london state boarding public private host foster respite remand s open further higher art drama law old new first",
    ),
    (
        INSTITUTION,
        "act acts bill review conference plan assessment order panel board team service services association department
        office forum framework regulation regulations guidance agency commission committee institute programme program
        project scheme standard standards partnership network society foundation trust report inquiry enquiry convention
        code policy procedure procedures pathway strategy model theory tool group meeting journal press guide training award
        charter authority federation union alliance campaign initiative scale questionnaire index test method approach cycle
        inspectorate ombudsman tribunal protocol toolkit principle principles profile checklist inventory interview day
        party times guardian post mail university star award awards bank week month prize lecture rounds matrix compass
        government constabulary police ministry cup league united rovers fc fm radio tv news",
    ),
    (WHERE, "in near around outside across throughout within inside beyond"),
    (
        MOTION,
        "move moved moves moving came come comes coming travel travels travelled travelling go goes going gone went drive drives
        drove driven driving transferred relocated return returns returned returning fled bus train walk walked back placed",
    ),
    (
        DOES,
        "said says say told tells asked asks thought thinks knew knows wrote writes rang rings texted texts phoned emailed drew
        draws spoke speaks laughed laughs cried cries smiled smiles sat sits stood ran runs slept wakes woke ate eats hugged
        wants wanted loves loved hates hated likes liked felt feels lives lived stays stayed plays played looked looks
        whispered shouted nodded shrugged remembers remembered wondered wonders explained replied chose went goes came comes
        took takes gave gives told refuses refused agreed agrees promised promises hopes hoped misses missed knows met
        turned kept keeps sings sang swims walks walked waits waited lost found hid cut wore wears pulled pushed threw",
    ),
    (
        IS,
        "is was has had did does can could will would won wouldn couldn didn doesn isn wasn hasn hadn may might should seems
        seemed became becomes began begins started starts stopped left leaves needed needs made makes let lets got gets
        shows showed presents presented called calls put read reads used brought",
    ),
    (ADVERB, "never always also then just still only later really often once already even rarely sometimes now both"),
    (PARTICLE, "van von der den de del della di da dos la le al el bin ibn bint ben abu ap ab mac ter ten"),
    (BIRTH, "dob born birth birthday birthdate birthdays dobs turned turns turning"),
    (
        VEHICLE,
        "plate plates reg registration registered vrm vehicle vehicles van vans car cars moped scooter motorbike motorcycle
        bike lorry truck taxi minibus numberplate numberplates drives driving driven parked",
    ),
    (
        CASE,
        "case ref refs reference references file lcs mosaic liquidlogic carefirst azeus eclipse systmone emis rio capita
        upn urn uprn crime incident pupil hospital claim complaint court bundle docket record warrant application swift ics",
    ),
    (FILLER, "no nos num number numbers id ids ref reference is was code file system record unique our your"),
    (
        NAME_TOO,
        "hope grace will mark rose bill jack frank joy faith summer dawn penny grant chance angel ruby amber jade ivy holly
        poppy daisy lily hazel olive heather iris violet sky skye sunny crystal pearl rob sue pat max miles dean
        chase hunter mason gene jean ray roman eve carol harmony melody patience precious blessing gift prince princess
        charity constance honour verity april may june august robin drew don ken guy ella king sandy rusty
        cliff dale glen heath brook brooke reed lane ash rowan jasmine basil ginger rich ernest earnest victor frances carly
        everly",
    ),
    (DETERMINER, "the a an his her their my our your this that these those its each every no another any some both whose"),
    (LEADING, "to with from by and for of at in on about when if because that asked told saw met rang called thanked or as"),
    (
        OF_A_CHILD,
        "mum mummy mam mom mother dad daddy father nan nana gran grandma grandmother grandad granddad grandfather parents
        carer carers foster stepdad stepmum stepfather brother brothers sister sisters sibling siblings school teacher
        nursery headteacher social guardian placement eldest",
    ),
    (FLAT, "flat apartment apt unit room"),
];

static DICTIONARY: LazyLock<HashMap<&'static str, Senses>> = LazyLock::new(|| {
    let mut words: HashMap<&'static str, Senses> = HashMap::new();
    for (sense, list) in LISTS {
        for word in list.split_whitespace() {
            *words.entry(word).or_default() |= sense;
        }
    }
    words
});

/// Everything that a word, written small, can be.
#[must_use]
pub fn senses(word: &str) -> Senses {
    DICTIONARY.get(word).copied().unwrap_or_default()
}

/// Endings of abstract words, which name nobody.
const ABSTRACT: [&str; 7] = ["tion", "sion", "ment", "ship", "ism", "ology", "ities"];

/// Everything that a word with a capital letter can be: also as a plural and, where a sentence begins with it, as a form of a
/// verb or as an adverb.
#[must_use]
pub fn senses_of_a_capital(word: &str, opens: bool) -> Senses {
    let own = senses(word);
    if own & NAME_TOO != 0 || own != 0 && !word.ends_with('s') {
        return own;
    }
    let endings: &[&str] = if opens { &["s", "es", "ed", "d", "ing", "ly"] } else { &["s", "es"] };
    let known = |ending: &str| {
        let stem = word.strip_suffix(ending).filter(|stem| stem.len() > 2 && (ending != "d" || stem.ends_with('e')));
        stem.is_some_and(|stem| senses(stem) & (COMMON | ROLE | KIN | HOUSE) != 0)
    };
    let in_y = || word.strip_suffix("ies").is_some_and(|stem| senses(&format!("{stem}y")) & COMMON != 0);
    let is_abstract = || ABSTRACT.iter().any(|ending| word.strip_suffix(ending).is_some_and(|stem| stem.len() > 2));
    if endings.iter().any(|ending| known(ending)) || in_y() || is_abstract() { own | COMMON } else { own }
}
