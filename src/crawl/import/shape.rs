use crate::config::Shape;

/// A field of ours and the column names it is recognised by, most telling first. Compared in
/// lower case with blanks and underscores dropped.
pub(super) struct Field {
    pub name: &'static str,
    pub columns: &'static [&'static str],
}

macro_rules! fields {
    ($($name:literal: $($column:literal)*;)+) => {
        &[$(Field { name: $name, columns: &[$name, $($column),*] }),+]
    };
}

/// Every field and the columns it goes by in the exports that sellers have, whatever the shape.
pub(super) const FIELDS: &[Field] = fields! {
    "time": "ts" "timestamp" "datetime" "date" "createdat" "created" "createdtime"
        "createddatetime" "creationdate" "purchasedate" "orderdate"
        "时间" "日期" "创建时间" "下单时间" "订购时间";
    "id": "uid" "编号";
    "text": "body" "content" "comment" "message" "review" "内容" "评论";
    "reason": "returnreason" "reasonforreturn" "refundreason" "退货原因" "退款原因";
    "title": "headline" "item" "product" "productname" "producttitle" "itemname" "keyword"
        "标题" "名称" "商品名称";
    "author": "user" "username" "customer" "customerid" "buyer" "buyerid" "from" "买家" "客户";
    "role": "speakerrole" "speakertype" "senderrole" "sendertype" "authorrole" "authortype"
        "author.role" "author.type" "sender.role" "sender.type" "user.role" "user.type"
        "participantrole" "participanttype" "角色" "发送方";
    "kind":;
    "url": "link" "permalink" "链接";
    "lang": "language" "locale" "语言";
    "market": "country" "countrycode" "site" "marketplace" "shipcountry" "国家" "站点";
    "thread": "order" "orderid" "invoice" "conversation" "conversationid" "ticket" "ticketid"
        "session" "sessionid" "chatid" "callid" "streamid" "订单号";
    "sku": "sellersku" "msku" "productcode" "stockcode" "variantsku" "货号";
    "subject": "phrase" "term" "topic" "series";
    "quantity": "qty" "units" "amountsold" "quantitypurchased" "数量";
    "count": "value" "volume" "mentions" "searches" "次数";
    "rank": "position" "place" "bsr" "排名";
    "list": "chart" "board" "榜单";
    "paid": "ads" "ad" "sponsored" "isad" "广告";
    "price": "unitprice" "itemprice" "价格" "单价";
    "currency": "币种";
    "rating": "stars" "score" "评分";
    "rating_scale": "ratingmax";
    "reviews": "reviewcount" "ratings" "评论数";
    "likes": "favourites" "favorites" "points" "upvotes" "点赞";
    "comments": "replies" "回复";
    "shares": "boosts" "reposts" "retweets" "转发";
    "views": "plays" "hot" "heat" "热度";
    "sold": "sales" "销量";
};

/// Columns that say this only where people speak: helpdesks, chats, calls, reviews, returns.
/// There a `name` is a person's, and an `asin` names the product, not the row.
const SPOKEN: &[Field] = fields! {
    "time": "sentat" "receivedat" "submittedat" "startedat" "messagetime" "chatdate" "calldate"
        "returndate" "returnrequestdate" "reviewdate" "reviewcreated" "signupdate"
        "发送时间" "评价时间" "退货时间" "申请时间";
    "id": "messageid" "eventid" "postid" "commentid" "reviewid" "returnid" "utteranceid"
        "licenseplatenumber";
    "text": "customercomments" "customercomment" "buyercomments" "buyernote" "customernote"
        "messagetext" "messagebody" "msg" "utterance" "transcript" "sentence" "description"
        "reviewtext" "reviewbody" "reviewcontent" "评价内容" "聊天内容" "消息" "买家留言" "留言"
        "问题描述";
    "reason": "reasoncode";
    "title": "subject" "reviewtitle" "reviewheadline" "主题";
    "author": "authorid" "author.id" "user.id" "userid" "sender.id" "senderid" "sender"
        "requesterid" "requesteremail" "requester" "visitorid" "visitor" "speakerid" "speaker"
        "participantid" "customeremail" "customername" "revieweremail" "reviewerid" "reviewer"
        "reviewername" "email" "fullname" "name" "nickname" "买家昵称" "用户名" "用户" "昵称";
};

/// Columns that say this only where things are listed or sold.
const LISTED: &[Field] = fields! {
    "id": "asin" "itemid" "productid" "postid";
    "title": "name";
};

/// The columns a field goes by in a shape, most telling first.
pub(super) fn columns(field: &Field, shape: Shape) -> impl Iterator<Item = &'static str> {
    let own = match shape {
        Shape::Posts => SPOKEN,
        Shape::Ranks | Shape::Sales | Shape::Counts => LISTED,
    };
    let own = own.iter().find(|it| it.name == field.name);
    let common = field.columns.iter();
    common
        .chain(own.into_iter().flat_map(|it| it.columns))
        .copied()
}

/// The fields of a shape, each with the columns it is recognised by.
pub fn fields(shape: Shape) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let used = FIELDS
        .iter()
        .filter(move |field| is_used(field.name, shape));
    used.map(move |field| {
        let others = columns(field, shape).filter(|column| *column != field.name);
        (field.name, others.collect())
    })
}

/// Whether a field says anything in a shape.
pub(super) fn is_used(field: &str, shape: Shape) -> bool {
    let only = match field {
        "text" | "reason" | "role" | "kind" => [Shape::Posts].as_slice(),
        "rank" => &[Shape::Ranks],
        "list" | "paid" | "sold" => &[Shape::Ranks, Shape::Posts],
        "quantity" => &[Shape::Sales],
        "subject" | "count" => &[Shape::Counts],
        _ => return true,
    };
    only.contains(&shape)
}

/// A column name the way names are compared.
pub(super) fn folded(name: &str) -> String {
    name.trim()
        .trim_start_matches('\u{feff}')
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The fields without which a row says nothing. Where several names stand together, one is enough.
pub(super) fn needed(shape: Shape) -> &'static [&'static [&'static str]] {
    match shape {
        Shape::Posts => &[&["time"], &["text", "title", "reason", "sku"]],
        Shape::Ranks => &[&["time"], &["rank"], &["title", "id"]],
        Shape::Sales => &[&["time"], &["sku"], &["quantity"]],
        Shape::Counts => &[&["time"], &["subject", "sku"], &["count"]],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPES: [Shape; 4] = [Shape::Posts, Shape::Ranks, Shape::Sales, Shape::Counts];

    #[test]
    fn no_column_name_belongs_to_two_fields_of_a_shape() {
        for shape in SHAPES {
            let mut seen = std::collections::BTreeMap::new();
            for field in FIELDS.iter().filter(|field| is_used(field.name, shape)) {
                for column in columns(field, shape) {
                    let other = seen.insert(folded(column), field.name);
                    assert!(
                        other.is_none_or(|other| other == field.name),
                        "`{column}` means both `{}` and `{other:?}`",
                        field.name
                    );
                }
            }
        }
    }

    #[test]
    fn the_settings_know_every_field() {
        let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(names, crate::config::FIELDS);
        for own in SPOKEN.iter().chain(LISTED) {
            assert!(names.contains(&own.name), "{}", own.name);
        }
    }
}
