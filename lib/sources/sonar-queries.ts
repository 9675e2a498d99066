const page = 'page_info { page total_pages }'
const subnets = 'ip_assignments { entities { subnet } }'
const item = `id status overall_status icmp_device_status icmp_status_last_change override_status flapping
  inventory_model { name }`
const fields = `inventory_model_field_data { entities { value inventory_model_field { name primary } ${subnets} } } ${subnets}`

/** Who one is: answered to whoever has a token. */
export const meQuery = 'query BeatlineMe { me { name username } }'

/** What of an account a poll needs. */
export const statusQuery = `query BeatlineStatus($pages: Paginator) {
  accounts(paginator: $pages) { ${page} entities {
    id name account_status { activates_account }
    addresses { entities { inventory_items { entities { ${item} } } } }
  } }
}`

export const siteStatusQuery = `query BeatlineSiteStatus($pages: Paginator) {
  network_sites(paginator: $pages) { ${page} entities { id name inventory_items { entities { ${item} } } } }
}`

export const accountsQuery = `query BeatlineAccounts($pages: Paginator) {
  accounts(paginator: $pages) { ${page} entities {
    id name parent_account_id
    account_status { id name activates_account }
    account_type { id name type }
    ${subnets}
    addresses { entities {
      id type line1 line2 city subdivision zip country
      inventory_items { entities { ${item} ${fields} } }
    } }
    contacts { entities {
      id name role primary email_address
      phone_numbers { entities { id number number_formatted extension country sms_opt_in phone_number_type { name sms_capable } } }
    } }
    radius_accounts { entities { id username ${subnets} } }
    uninventoried_mac_addresses { entities { id mac_address ${subnets} } }
  } }
}`

export const sitesQuery = `query BeatlineSites($pages: Paginator) {
  network_sites(paginator: $pages) { ${page} entities { id name inventory_items { entities { ${item} ${fields} } } } }
}`
