/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shape {
    /// Posts, comments, reviews, chat lines, returns, sign-ups: one text a row
    Posts,
    /// Lines of ranking lists: one item at one rank and time a row
    Ranks,
    /// Order lines of the seller's own shop
    Sales,
    /// Numbers somebody else counted: searches, views, mentions
    Counts,
}

/// A field of ours and the column names it is recognised by, most telling first. Compared in
/// lower case with blanks and underscores dropped.
pub(super) struct Field {
    pub name: &'static str,
    pub columns: &'static [&'static str],
}

macro_rules! fields {
    ($($name:literal: $($column:literal)+;)+) => {
        &[$(Field { name: $name, columns: &[$name, $($column),+] }),+]
    };
}

/// Every field and the columns it goes by in the exports that sellers have.
pub(super) const FIELDS: &[Field] = fields! {
    "time": "ts" "timestamp" "datetime" "date" "createdat" "created" "purchasedate" "orderdate"
        "时间" "日期" "下单时间" "订购时间";
    "id": "uid" "postid" "asin" "itemid" "reviewid" "编号";
    "text": "body" "content" "comment" "message" "review" "reason" "内容" "评论";
    "title": "name" "headline" "item" "product" "keyword" "标题" "名称" "商品名称";
    "author": "user" "username" "customer" "customerid" "buyer" "buyerid" "from" "买家" "客户";
    "kind": "type";
    "url": "link" "permalink" "链接";
    "lang": "language" "locale" "语言";
    "market": "country" "countrycode" "site" "marketplace" "shipcountry" "国家" "站点";
    "thread": "order" "orderid" "invoice" "conversation" "ticket" "session" "订单号";
    "sku": "sellersku" "msku" "productcode" "stockcode" "货号";
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

/// A column name the way names are compared.
pub(super) fn folded(name: &str) -> String {
    name.trim()
        .trim_start_matches('\u{feff}')
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

impl Shape {
    /// The fields without which a row says nothing. Where two names stand together, one is enough.
    pub(super) fn needed(self) -> &'static [&'static [&'static str]] {
        match self {
            Shape::Posts => &[&["time"], &["text", "title"]],
            Shape::Ranks => &[&["time"], &["rank"], &["title", "id"]],
            Shape::Sales => &[&["time"], &["sku"], &["quantity"]],
            Shape::Counts => &[&["time"], &["subject", "sku"], &["count"]],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_name_belongs_to_two_fields() {
        let mut seen = std::collections::BTreeMap::new();
        for field in FIELDS {
            for column in field.columns {
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
