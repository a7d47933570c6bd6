use super::*;

fn plan(shape: Shape) -> Plan {
    Plan::new(shape, "shop")
}

fn convert(plan: &Plan, columns: &[&str], rows: &[&[&str]]) -> Vec<Result<Option<Record>, Error>> {
    let key = AuthorKey::new([7; 32]);
    let columns: Vec<String> = columns.iter().map(|text| (*text).to_owned()).collect();
    let mut converter = Converter::new(plan, &key, &columns).expect("columns");
    let row = |(place, values): (usize, &&[&str])| Row {
        line: place as u64 + 2,
        values: values.iter().map(|text| (*text).to_owned()).collect(),
    };
    let rows: Vec<Row> = rows.iter().enumerate().map(row).collect();
    rows.iter()
        .map(|row| converter.record(row, &columns))
        .collect()
}

#[test]
fn two_equal_order_lines_are_two_sales_and_the_same_two_the_next_time() {
    let plan = plan(Shape::Sales);
    let columns = ["ts", "invoice", "sku", "qty", "customer", "country"];
    let line = ["2026-01-05 09:00", "77", "A", "2", "c1", "United Kingdom"];
    let ids = || -> Vec<String> {
        convert(&plan, &columns, &[&line, &line])
            .into_iter()
            .map(|record| record.expect("row").expect("record").id)
            .collect()
    };
    let first = ids();
    assert_ne!(first[0], first[1]);
    assert_eq!(first, ids());
    let record = convert(&plan, &columns, &[&line])
        .remove(0)
        .expect("row")
        .expect("record");
    assert_eq!(record.market, Market::parse("gb"));
    assert_eq!(record.quantity, Some(2));
    assert!(
        !format!("{record:?}").contains("c1"),
        "the name of a buyer stays outside"
    );
}

#[test]
fn a_wrong_value_names_its_line_and_field() {
    let results = convert(
        &plan(Shape::Ranks),
        &["date", "position", "title"],
        &[
            &["2026-01-05", "0", "x"],
            &["5 Jan", "1", "x"],
            &["2026-01-05", "1", ""],
        ],
    );
    let errors: Vec<String> = results
        .iter()
        .map(|result| {
            result
                .as_ref()
                .err()
                .map_or("fine".into(), ToString::to_string)
        })
        .collect();
    assert_eq!(
        errors[0],
        "line 2, `rank`: is empty or zero; the top of a list is 1"
    );
    assert!(
        errors[1].starts_with("line 3, `time`: `5 Jan` is not a time"),
        "{}",
        errors[1]
    );
    assert_eq!(errors[2], "fine");
}

#[test]
fn a_missing_column_is_named_with_those_that_are_there() {
    let key = AuthorKey::new([7; 32]);
    let columns = ["when".to_owned(), "sku".into()];
    let error = Converter::new(&plan(Shape::Sales), &key, &columns)
        .err()
        .expect("refused");
    assert_eq!(
        error.to_string(),
        "no column for `time`; the file has `when`, `sku`"
    );
}

/// What the rows of an export come to: text, or why not; `None` for a line of an agent.
fn texts(plan: &Plan, columns: &[&str], rows: &[&[&str]]) -> Vec<Option<String>> {
    let of = |result: Result<Option<Record>, Error>| match result {
        Ok(None) => None,
        Ok(Some(record)) => Some(record.full_text()),
        Err(error) => Some(error.to_string()),
    };
    convert(plan, columns, rows).into_iter().map(of).collect()
}

#[test]
fn in_a_conversation_only_the_customer_speaks_for_demand() {
    let mut plan = plan(Shape::Posts);
    plan.kind = Some(Kind::Chat);
    let columns = ["Call ID", "Speaker", "Role", "Utterance", "Started At"];
    let at = "2026-01-05T09:00:00Z";
    let rows: [&[&str]; 4] = [
        &["7", "Ann", "customer", "Is the mug dishwasher safe?", at],
        &["7", "Li Wei", "agent", "Yes, the mug is!", at],
        &["7", "Li Wei", "narrator", "Goodbye", at],
        &["7", "Ann", "", "And the lid?", at],
    ];
    let of = texts(&plan, &columns, &rows);
    assert_eq!(of[0].as_deref(), Some("Is the mug dishwasher safe?"));
    assert_eq!(of[1], None);
    assert_eq!(
        of[2].as_deref(),
        Some("line 4, `role`: `narrator` is neither a customer nor an agent")
    );
    let why = of[3].as_deref().unwrap_or_default();
    assert!(
        why.starts_with("line 5, `role`: is empty: say whose line"),
        "{why}"
    );
    // With the agents' names, everybody else is a customer.
    plan.agents = ["li wei".to_owned()].into();
    let of = texts(
        &plan,
        &["speaker", "text", "time"],
        &[&["LI Wei", "Hello", at], &["Ann", "Hi", at]],
    );
    assert_eq!(of, [None, Some("Hi".into())]);
    plan.agents.clear();
    plan.customers = true;
    let of = texts(&plan, &["text", "time"], &[&["pre-order when?", at]]);
    assert_eq!(of, [Some("pre-order when?".into())]);
}

#[test]
fn a_return_without_words_counts_by_its_sku_and_each_unit_is_one() {
    let mut plan = plan(Shape::Posts);
    plan.kind = Some(Kind::Return);
    let columns = [
        "return-date",
        "order-id",
        "sku",
        "asin",
        "product-name",
        "quantity",
        "reason",
        "license-plate-number",
        "customer-comments",
    ];
    let at = "2026-01-05T07:00:00+00:00";
    let rows: [&[&str]; 3] = [
        &[
            at,
            "1",
            "MUG-1",
            "B01",
            "Enamel mug",
            "1",
            "DEFECTIVE",
            "LPN1",
            "The lid broke",
        ],
        &[
            at,
            "1",
            "MUG-1",
            "B01",
            "Enamel mug",
            "1",
            "UNWANTED_ITEM",
            "LPN2",
            "",
        ],
        &[at, "1", "MUG-1", "B01", "", "1", "", "LPN3", ""],
    ];
    let records: Vec<Record> = convert(&plan, &columns, &rows)
        .into_iter()
        .map(|row| row.expect("row").expect("record"))
        .collect();
    let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids, ["LPN1", "LPN2", "LPN3"], "not one for the product");
    assert_eq!(
        records[0].full_text(),
        "Enamel mug\ndefective: The lid broke"
    );
    assert_eq!(records[1].text.as_deref(), Some("unwanted item"));
    assert_eq!(records[2].sku.as_deref(), Some("MUG-1"));
    assert_eq!(plan.class().word(), "voice");
}

#[test]
fn a_sign_up_has_a_person_a_product_and_a_time_and_the_person_stays_outside() {
    let mut plan = plan(Shape::Posts);
    plan.kind = Some(Kind::Signup);
    let columns = ["Email", "Name", "Variant SKU", "Created At"];
    let row: &[&str] = &[
        "ann@example.com",
        "Ann Lee",
        "MUG-1",
        "2026-01-05 09:00:00 UTC",
    ];
    let record = convert(&plan, &columns, &[row]).remove(0).expect("row");
    let record = record.expect("record");
    assert_eq!(record.sku.as_deref(), Some("MUG-1"));
    assert!(record.author.is_some());
    let kept = format!("{record:?}");
    assert!(!kept.contains("Ann") && !kept.contains("ann@"), "{kept}");
}

#[test]
fn a_ticket_exported_again_with_another_status_is_the_same_one() {
    let mut plan = plan(Shape::Posts);
    plan.kind = Some(Kind::Chat);
    plan.customers = true;
    let columns = [
        "Ticket ID",
        "Subject",
        "Description",
        "Requester",
        "Status",
        "Created at",
    ];
    let id = |status: &str| {
        let row: &[&str] = &[
            "88",
            "Lid",
            "The lid broke",
            "ann",
            status,
            "2026-01-05 09:00",
        ];
        let record = convert(&plan, &columns, &[row]).remove(0).expect("row");
        let record = record.expect("record");
        assert_eq!(record.full_text(), "Lid\nThe lid broke");
        assert_eq!(record.thread.as_deref(), Some("88"));
        record.id
    };
    assert_eq!(id("open"), id("solved"));
}

#[test]
fn sound_is_refused_in_plain_words() {
    let mut plan = plan(Shape::Posts);
    plan.kind = Some(Kind::Post);
    let row: &[&str] = &["data:audio/wav;base64,UklGRg==", "2026-01-05"];
    let of = texts(&plan, &["text", "time"], &[row]);
    let row: &[&str] = &["", "2026-01-05", "https://cdn.example/call-7.mp3"];
    let more = texts(&plan, &["text", "time", "Recording URL"], &[row]);
    for why in of.iter().chain(&more) {
        let why = why.as_deref().unwrap_or_default();
        assert!(why.contains("sound is not taken: send the words"), "{why}");
    }
}
