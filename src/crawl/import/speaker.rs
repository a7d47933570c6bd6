//! Whose line it is: only a customer's word is demand.

/// Who speaks in a line of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    Customer,
    /// The seller's own people and programs.
    Agent,
}

impl Speaker {
    /// The speaker behind a role as helpdesks, chat tools, call recorders and assistants write it.
    pub fn of_role(role: &str) -> Option<Speaker> {
        let role: String = role
            .chars()
            .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '_'))
            .flat_map(char::to_lowercase)
            .collect();
        Some(match role.as_str() {
            "customer" | "user" | "enduser" | "client" | "buyer" | "shopper" | "visitor"
            | "viewer" | "guest" | "lead" | "prospect" | "contact" | "requester" | "caller"
            | "consumer" | "subscriber" | "客户" | "顾客" | "买家" | "用户" | "访客" | "观众" => {
                Speaker::Customer
            }
            "agent" | "admin" | "bot" | "assistant" | "system" | "operator" | "staff"
            | "support" | "seller" | "merchant" | "rep" | "sales" | "salesrep" | "employee"
            | "teammate" | "moderator" | "host" | "streamer" | "advisor" | "tool" | "function"
            | "ai" | "model" | "developer" | "客服" | "卖家" | "商家" | "主播" | "机器人"
            | "系统" => Speaker::Agent,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_of_common_tools_are_known_and_others_are_not_guessed() {
        for role in ["customer", "End-User", "user", "VISITOR", "买家"] {
            assert_eq!(Speaker::of_role(role), Some(Speaker::Customer), "{role}");
        }
        for role in ["agent", "Admin", "assistant", "bot", "sales_rep", "客服"] {
            assert_eq!(Speaker::of_role(role), Some(Speaker::Agent), "{role}");
        }
        for role in ["", "speaker 1", "42"] {
            assert_eq!(Speaker::of_role(role), None, "{role}");
        }
    }
}
