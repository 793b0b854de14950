//! Behaviour on a database, written once. Each file is a theme; models sit in the test that needs them.
//!
//! Where the cases of LoopBack's catalogue are tested ("type" = it does not compile, see `tests/ui`; "not expressible" =
//! there is nothing one could write):
//!
//! | case | where |
//! |---|---|
//! | 1 | `has_one::create_fills_the_foreign_key` |
//! | 2 | `has_one::find_gives_the_row_that_a_direct_query_gives` |
//! | 3, 6 | `has_one::find_gives_none_and_get_an_error_without_a_row`, `has_one::delete_counts_its_row` |
//! | 4 | `has_one::patch_changes_only_the_named_column` |
//! | 5, 7 | `has_one::patch_and_delete_leave_other_sources_alone` |
//! | 8 | `has_one::patch_and_delete_without_a_row_count_none` |
//! | 9 | `has_one::a_model_with_the_same_key_can_be_created`; on a draft: type; JSON: `json_writes::a_key_that_a_relation_imposes_is_filled_in_or_compared` |
//! | 10 | `has_one::data_with_another_key_is_refused_before_any_statement`; JSON, null too: `json_writes::a_key_that_a_relation_imposes_is_filled_in_or_compared` |
//! | 11 | `has_one::create_for_a_source_that_is_not_there_is_a_foreign_key_violation` |
//! | 12 | `has_one::an_empty_patch_is_an_error_without_a_statement` |
//! | 13 | a patch has no setter for the id; JSON: `json_writes::patches_are_checked` |
//! | 14, 18, 37 | `run_time_filter::an_unknown_relation_is_refused_also_when_there_is_no_row`; in Rust: type |
//! | 40, 45 | `resolvers::relations_of_every_kind_can_be_removed` |
//! | 15 | `include::a_has_one_is_joined` |
//! | 16 | `include::by_id_only_that_rows_target_is_loaded` |
//! | 17, 89, 96 | `run_time_filter::forms_of_fields`; typed queries load whole rows |
//! | 19 | `include::of_two_rows_behind_a_has_one_all_ways_take_the_first_by_id` |
//! | 20 | `include::a_scope_filters_targets_never_sources` |
//! | 31 | `belongs_to::finds_the_target_by_the_sources_id_in_one_statement` |
//! | 32 | `belongs_to::finds_the_target_by_a_key_of_another_name_that_is_not_its_id` |
//! | 33, 34 | `belongs_to::a_missing_target_is_told_apart_from_a_missing_source` |
//! | 21, 22, 24, 26 | `polymorphic::create_fills_key_and_discriminator`: the child holds key and discriminator |
//! | 23 | `has_one::find_gives_none_and_get_an_error_without_a_row` |
//! | 25 | type: a patch through a relation does not touch its key |
//! | 27 | `polymorphic::an_unknown_discriminator_is_named` |
//! | 28, 42, 93 | `run_time_filter::an_unknown_relation_is_refused_also_when_there_is_no_row`; in Rust: type |
//! | 29, 30 | `polymorphic::include_takes_one_statement_a_type`, `graph::a_row_of_one_of_several_models` |
//! | 35, 36 | `polymorphic::the_owner_of_one_row` |
//! | 43, 44 | `polymorphic::include_takes_one_statement_a_type` |
//! | 78–85, 94, 95, 97 | `polymorphic::links_lead_to_rows_of_several_models`: links that belong to one of several models |
//! | 38 | `include::a_belongs_to_is_batched_with_distinct_keys` |
//! | 39 | `include::a_belongs_to_of_few_rows_is_joined` |
//! | 41 | required key: `belongs_to::including_a_required_key_that_dangles_is_an_error_however_it_is_loaded`; in a scope: `belongs_to::a_scope_makes_room_for_a_missing_target`; run-time: `graph::a_dangling_key_gives_null_and_keeps_the_row` |
//! | 46 | `has_many::create_fills_the_foreign_key` |
//! | 47 | `has_many::find_gives_the_rows_of_its_source_by_id`, `has_many::find_takes_all_that_a_query_takes` |
//! | 48 | `has_many::patch_changes_the_rows_of_its_source` |
//! | 49 | type: a patch through a relation does not touch its key |
//! | 50 | `has_many::delete_removes_the_rows_of_its_source` |
//! | 51–54 | drafts and patches hold no loaded rows; JSON: `json_writes::relations_in_data_are_refused`; drafts of related rows: `nested` |
//! | 55 | allowed: `has_many::a_loaded_row_is_a_key_like_its_model` |
//! | 56 | `has_many::a_relation_of_a_model_to_itself` |
//! | 57, 86, 101 | `run_time_filter::an_unknown_relation_is_refused_also_when_there_is_no_row`; in Rust: type |
//! | 66 | `run_time_filter::forms_of_include`; in Rust: type |
//! | 58 | `include_many::a_has_many_is_one_statement_more` |
//! | 59 | `include_many::by_id_only_that_rows_targets_are_loaded` |
//! | 60 | `has_many::a_key_that_is_not_the_id` |
//! | 61, 62 | `include_many::an_include_sees_rows_that_were_moved` |
//! | 63 | type: a row with slots is not its model, see `include_many::a_slot_owns_its_list`; JSON: `json_writes::relations_in_data_are_refused` |
//! | 64, 65 | `include_many::limit_and_offset_of_a_scope_count_per_source` |
//! | 98, 99 | `include_many::several_relations_in_one_query`, `has_many::two_has_manys_to_one_target_are_told_apart_by_name` |
//! | 100 | `include_many::a_scope_filters_targets_never_sources` |
//! | 67 | `through::create_makes_the_target_and_the_link`, `through::create_linked_fills_further_columns_of_the_link` |
//! | 68 | `through::find_gives_the_linked_targets` |
//! | 69 | `through::patch_changes_linked_targets` |
//! | 70 | an id: a patch has no setter for it; another key: `through::keys_that_are_not_ids` |
//! | 71 | `through::delete_spares_targets_that_others_link_to` |
//! | 72 | `through::delete_by_a_filter_takes_target_and_link` |
//! | 73 | `through::link_makes_one_row_however_often_it_is_called` |
//! | 74, 75, 91, 92 | `through::users_follow_users_both_ways` |
//! | 76 | `through::links_to_or_from_rows_that_are_not_there_are_refused` |
//! | 77 | `through::link_data_that_contradicts_a_key_is_refused` |
//! | 87 | `through::sources_share_included_targets` |
//! | 88 | `through::an_include_of_one_source_or_of_none` |
//! | 90 | `through::what_is_nested_under_targets_is_loaded_once` |
//! | 110–112, 116, 117 | type: the target is a path to a model |
//! | 113, 114, 118, 123, 131, 132 | type: the target and the links are paths to models |
//! | 115, 126, 136, 137 | type: `tests/ui/fail/has_many`, `tests/ui/fail/through` |
//! | 119 | type: the kind is the attribute |
//! | 120 | `metadata::a_has_one_keeps_what_it_is_given` |
//! | 121, 122 | `metadata::a_has_one_infers_its_name_and_keys` |
//! | 124, 125, 127, 133–135, 145, 146 | `metadata::has_manys_tell_their_names_and_keys` |
//! | 128 | type: every model has an id |
//! | 129 | `metadata::a_belongs_to_keeps_what_it_is_given` |
//! | 130, 147 | `metadata::a_belongs_to_takes_its_name_from_the_field_without_id` |
//! | 148 | `metadata::a_belongs_to_keeps_what_it_is_given` |
//! | 149 | `metadata::a_field_tells_its_settings` |
//! | 150 | `json::a_hidden_field_is_left_out` |
//! | 151 | `metadata::a_model_lists_fields_and_relations_in_order` and those before it |
//! | 152 | type: a field is of a column's type |
//! | 153, 154 | type; what only the whole schema shows: `schema::sides_that_disagree_are_an_invalid_schema` |
//! | 155 | `repository::find_by_id_gives_the_row_or_says_which_is_missing` |
//! | 156 | `repository::an_empty_patch_is_an_error_without_a_statement` |
//! | 157, 158, 160 | `has_one::a_filter_on_the_key_cannot_leave_the_source`, `has_one::find_takes_a_filter_and_includes`, `graph::a_filter_through_a_relation_cannot_leave_the_source` |
//! | 159 | not expressible: a constraint is a key, nothing else |
//! | 161 | `filter::conditions_combine` |
//! | 162 | `has_one::create_fills_the_foreign_key`, `has_one::build_fills_the_key_without_a_statement`; JSON: `json_writes::a_key_that_a_relation_imposes_is_filled_in_or_compared` |
//! | 163 | `has_one::data_with_another_key_is_refused_before_any_statement`; JSON: `json_writes::a_key_that_a_relation_imposes_is_filled_in_or_compared` |
//! | 164 | `has_many::create_all_is_one_statement_in_the_order_of_the_drafts`; JSON: `json_writes::create_all_checks_all_rows_together` |
//! | 165 | `has_many::data_with_another_key_is_refused_before_any_statement`; JSON: `json_writes::create_all_checks_all_rows_together` |
//! | 166 | the texts of statements in `has_one` |
//! | 167 | type: a patch through a relation does not touch its key; JSON: `json_writes::patches_are_checked` |
//! | 168 | `include::no_keys_take_no_statement` |
//! | 169, 170, 171, 172 | `include_many::sources_without_rows_take_one_statement`, `include_many::a_has_many_is_one_statement_more` |
//! | 173 | `run_time_filter::forms_of_include` |
//! | 174 | type: a filter is borrowed or given away |
//! | 175–181, 187, 188 | `trees::graphs_are_those_of_a_naive_loader` |
//! | 182 | `graph::of_two_rows_behind_a_has_one_the_first_by_id_is_taken` |
//! | 183, 186 | `graph::what_was_not_asked_for_is_absent` |
//! | 184, 185 | `run_time_filter::an_unknown_relation_is_refused_also_when_there_is_no_row` |
//! | 189–192 | `run_time_filter::forms_of_fields` |
//! | 193, 194 | type: both keys of a relation have one type |
//! | 195–200, 206 | `run_time_filter::operators_are_those_of_typed_columns` |
//! | 201, 202, 205 | `run_time_filter::all_that_a_where_says_must_hold` |
//! | 203, 204, 215 | `run_time_filter::filters_are_values`, `filter::further_filters_all_apply` |
//! | 207, 208, 209 | `run_time_filter::forms_of_fields` |
//! | 210, 211 | `run_time_filter::limits_and_offsets` |
//! | 212, 213 | `run_time_filter::forms_of_order`, `run_time_filter::orders_that_are_refused` |
//! | 214 | `run_time_filter::forms_of_include` |
//! | 216, 217 | type: a `Filter` and a `Where` are two types |
//! | 218 | `run_time_filter::messages_say_what_could_stand_there` |
//! | 224 | `run_time_filter::query_strings_say_the_same_as_json` |
//! | 225 | `run_time_filter::very_large_filters_are_refused_and_never_match_everything`, `run_time_filter::wheres_that_are_refused` |
//! | 226 | `graph::by_id_first_and_count_run_the_statements_of_typed_queries` |

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![allow(clippy::cloned_ref_to_slice_refs, clippy::excessive_precision)] // A test compares with what it wrote.
#![allow(clippy::duplicated_attributes)] // Two relations to one model look like a repetition to it.
#![allow(clippy::type_complexity)] // Tests list what they expect.
#![cfg(all(
    feature = "sqlite",
    feature = "postgres",
    feature = "mysql",
    feature = "chrono",
    feature = "uuid",
    feature = "rust_decimal",
    feature = "serde_json"
))]

pub(crate) mod belongs_to;
pub(crate) mod bulk;
pub(crate) mod columns;
pub(crate) mod connect;
pub(crate) mod equivalence;
pub(crate) mod filter;
pub(crate) mod graph;
pub(crate) mod has_many;
pub(crate) mod has_one;
pub(crate) mod include;
pub(crate) mod include_many;
pub(crate) mod json;
pub(crate) mod json_writes;
pub(crate) mod keys;
pub(crate) mod metadata;
pub(crate) mod nested;
pub(crate) mod polymorphic;
pub(crate) mod references_many;
pub(crate) mod regexp;
pub(crate) mod related;
pub(crate) mod repository;
pub(crate) mod resolvers;
pub(crate) mod run_time_filter;
pub(crate) mod schema;
pub(crate) mod support;
pub(crate) mod through;
pub(crate) mod transactions;
pub(crate) mod trees;

/// Makes a test of each function of a theme.
macro_rules! theme {
    ($database:path, $theme:ident: $($test:ident)*) => {
        mod $theme {
            $(
                #[tokio::test]
                async fn $test() {
                    crate::support::run($database, |db| {
                        Box::pin(crate::$theme::$test(db))
                    })
                    .await;
                }
            )*
        }
    };
}

/// Runs every test on one kind of database.
macro_rules! suite {
    ($database:path) => {
        theme! { $database, belongs_to:
            finds_the_target_by_the_sources_id_in_one_statement
            finds_the_target_by_the_source_itself
            finds_the_target_by_a_key_of_another_name_that_is_not_its_id
            a_null_key_has_no_target_and_takes_no_statement
            a_missing_target_is_told_apart_from_a_missing_source
            including_a_required_key_that_dangles_is_an_error_however_it_is_loaded
            a_scope_makes_room_for_a_missing_target
            find_takes_a_filter_and_includes
            creating_with_a_key_to_no_row_names_the_relation
            patching_a_key_to_no_row_names_the_relation
            deleting_a_row_that_is_referred_to_is_refused
        }
        theme! { $database, bulk:
            a_hundred_thousand_has_ones_in_one_statement
            a_hundred_thousand_distinct_keys_in_two_statements
            a_hundred_thousand_keys_in_a_filter
            a_page_of_many_takes_one_statement
            two_of_five_children_of_a_hundred_thousand_in_two_statements
        }
        theme! { $database, columns:
            integers_at_their_ends
            large_unsigned_integers_fit_or_are_refused_by_name
            floats_at_their_ends
            singles_are_found_by_their_value
            the_smallest_integers
            floats_that_are_no_numbers
            null_of_every_type
            text_and_bytes
            every_byte
            the_character_nul_fits_or_is_refused_by_name
            large_text_and_bytes
            dates_and_times_to_the_microsecond
            times_of_a_day_sort
            nanoseconds_fit_or_are_refused_by_name
            uuids
            decimals_are_exact
            decimals_sort_and_compare_as_numbers
            json_documents
            a_null_in_a_required_field_is_a_decode_error
            a_number_that_does_not_fit_its_field_is_a_decode_error
            a_column_of_another_type_is_a_decode_error
            an_included_column_that_cannot_be_read_names_its_own_model
            any_name_can_be_a_column
            what_sqlite_stores_in_any_column_is_checked
        }
        theme! { $database, connect:
            many_tasks_see_the_same_rows
            from_pool_works_on_a_pool_that_exists
            connections_are_no_more_than_asked_for
            an_operation_dropped_at_any_await_leaves_nothing_for_the_next
            observers_add_up_and_clones_keep_them
            a_database_that_does_not_answer_is_a_connection_error
            a_wrong_user_or_database_is_a_connection_error
            an_unknown_url_says_what_is_known
            a_closed_pool_is_a_connection_error
            debug_shows_no_values_and_no_password
        }
        theme! { $database, equivalence:
            joined_and_batched_results_are_those_of_a_naive_reference
            so_are_results_whose_innermost_include_is_loaded_apart
        }
        theme! { $database, filter:
            comparisons_leave_null_out
            empty_lists_match_nothing_and_everything
            lists_of_every_kind_of_value
            a_list_is_one_parameter_of_any_length
            conditions_combine
            further_filters_all_apply
            text_is_compared_exactly
            like_minds_case_and_ilike_does_not
            like_leaves_null_out
            patterns_escape_their_signs
            a_pattern_may_end_in_a_backslash
            one_placeholder_is_one_character
            ilike_folds_letters_beyond_ascii_where_the_database_can
            accents_count_in_ilike
            like_across_lines
            values_are_never_part_of_the_text
            a_value_the_database_cannot_hold_is_named
            list_texts_per_database
        }
        theme! { $database, graph:
            a_filter_finds_and_includes
            a_graph_is_read_by_type
            a_filter_runs_the_statements_of_a_typed_query
            by_id_first_and_count_run_the_statements_of_typed_queries
            by_id_nothing_else_may_say_which_row
            a_filter_through_a_relation_cannot_leave_the_source
            a_row_of_one_of_several_models
            what_was_not_asked_for_is_absent
            a_dangling_key_gives_null_and_keeps_the_row
            of_two_rows_behind_a_has_one_the_first_by_id_is_taken
            a_filter_inside_a_transaction_sees_its_rows
            a_model_that_does_not_serialise_is_named
            a_graph_is_cloned_shown_and_taken_apart
            many_rows_with_what_they_have
            an_answer_cannot_grow_out_of_all_proportion
        }
        theme! { $database, has_many:
            create_fills_the_foreign_key
            create_takes_the_source_by_reference
            create_all_is_one_statement_in_the_order_of_the_drafts
            create_all_takes_drafts_of_different_fields
            create_all_of_nothing_creates_nothing
            create_all_creates_all_or_nothing
            create_all_of_very_many_creates_all_or_nothing
            build_fills_the_key_without_a_statement
            find_gives_the_rows_of_its_source_by_id
            find_takes_all_that_a_query_takes
            count_and_exists_take_one_statement
            patch_changes_the_rows_of_its_source
            delete_removes_the_rows_of_its_source
            further_filters_of_a_patch_and_a_delete_all_apply
            by_id_reaches_a_row_of_its_source
            by_id_cannot_reach_a_row_of_another_source
            a_filter_on_the_key_cannot_leave_the_source
            create_for_a_source_that_is_not_there_is_a_foreign_key_violation
            an_empty_patch_is_an_error_without_a_statement
            a_patch_to_a_taken_unique_value_is_refused
            deleting_a_source_that_has_rows_is_refused
            a_loaded_row_is_a_key_like_its_model
            errors_name_no_values_of_the_row
            many_creates_at_once_all_succeed
            what_a_transaction_did_is_undone_with_it
            create_all_that_fails_leaves_its_transaction_usable
            a_key_that_is_not_the_id
            composite_keys
            two_has_manys_to_one_target_are_told_apart_by_name
            a_relation_of_a_model_to_itself
            a_source_whose_key_is_null_has_no_rows_and_takes_no_statement
            a_model_with_the_same_key_can_be_created
            data_with_another_key_is_refused_before_any_statement
            rows_without_a_key_are_nobodys
        }
        theme! { $database, has_one:
            create_fills_the_foreign_key
            create_takes_the_source_by_reference
            find_gives_the_row_that_a_direct_query_gives
            find_gives_none_and_get_an_error_without_a_row
            find_takes_a_filter_and_includes
            a_filter_on_the_key_cannot_leave_the_source
            patch_changes_only_the_named_column
            patch_counts_a_row_that_has_the_values_already
            patch_sets_null
            patch_and_delete_leave_other_sources_alone
            delete_counts_its_row
            patch_and_delete_without_a_row_count_none
            an_empty_patch_is_an_error_without_a_statement
            a_second_create_is_refused
            a_unique_value_taken_elsewhere_is_not_the_relations
            create_for_a_source_that_is_not_there_is_a_foreign_key_violation
            fifty_creates_at_once_leave_one_row
            set_creates_the_row
            set_keeps_the_id_and_resets_what_the_draft_leaves_out
            set_does_not_take_another_sources_row
            set_for_a_source_that_is_not_there_is_a_foreign_key_violation
            sets_at_once_leave_one_row
            build_fills_the_key_without_a_statement
            a_model_with_the_same_key_can_be_created
            data_with_another_key_is_refused_before_any_statement
            a_draft_with_an_optional_key_may_leave_it_out
            deleting_a_source_that_has_its_target_is_refused
            errors_name_no_values_of_the_row
            two_creates_in_a_transaction_leave_the_first
        }
        theme! { $database, include:
            a_has_one_is_joined
            by_id_only_that_rows_target_is_loaded
            a_limit_counts_sources_not_joined_rows
            first_get_and_a_filter_with_an_include
            an_include_without_sources_takes_one_statement
            a_scope_filters_targets_never_sources
            an_empty_scope_changes_nothing
            scope_limit_and_offset_count_per_source
            a_belongs_to_is_batched_with_distinct_keys
            sources_share_the_target_of_a_belongs_to
            a_belongs_to_of_few_rows_is_joined
            two_relations_to_one_target_are_kept_apart
            a_key_of_zero_is_a_value_like_any_other
            no_keys_take_no_statement
            a_scope_of_a_belongs_to_makes_its_slot_optional
            has_ones_nest_to_depth_four_in_one_statement
            belongs_tos_nest_to_depth_four
            nested_scopes_filter_their_own_level
            both_directions_nest
            of_two_rows_behind_a_has_one_all_ways_take_the_first_by_id
            of_two_rows_a_scope_chooses_by_its_order
            of_two_rows_under_a_belongs_to_the_first_is_taken
            an_include_sees_a_target_that_was_moved
            a_loaded_row_gives_its_model_back
            many_includes_fall_back_to_statements_of_their_own
            sources_that_share_a_target_all_see_what_is_nested_under_it
            a_target_deleted_meanwhile_is_not_taken_for_a_dangling_key
        }
        theme! { $database, include_many:
            a_second_scope_goes_on_from_the_first
            a_has_many_is_one_statement_more
            by_id_only_that_rows_targets_are_loaded
            sources_without_rows_take_one_statement
            the_number_of_rows_does_not_change_the_number_of_statements
            limit_and_offset_of_a_scope_count_per_source
            ties_within_a_scope_are_broken_by_id
            null_sorts_first_within_a_limited_scope
            a_limit_of_zero_takes_no_statement
            a_scope_filters_targets_never_sources
            an_empty_scope_changes_nothing
            levels_of_every_kind_nest
            scopes_nest_and_each_limits_its_own_level
            a_has_one_is_joined_within_a_has_many
            a_has_many_below_a_joined_has_one
            a_has_many_below_a_belongs_to_joined_or_not
            find_through_a_relation_takes_includes
            several_relations_in_one_query
            an_include_sees_rows_that_were_moved
            an_include_sees_the_rows_of_its_transaction
            a_slot_owns_its_list
            of_two_rows_behind_a_has_one_within_a_has_many_the_first_is_taken
            of_two_rows_behind_a_has_one_below_a_belongs_to_the_first_is_taken
            lists_as_json
            counts_as_json
            a_count_in_snake_case_as_json
        }
        theme! { $database, json:
            what_was_not_included_is_absent
            none_is_null
            a_belongs_to_is_an_object
            fields_and_relations_follow_rename_all
            rows_with_slots_are_debug_clone_and_comparable
            a_hidden_field_is_left_out
            a_model_tells_whether_it_serialises
        }
        theme! { $database, json_writes:
            create_takes_texts_and_values
            what_a_draft_may_leave_out_json_may
            all_that_is_wrong_is_told_at_once
            what_is_no_object_is_refused
            relations_in_data_are_refused
            create_all_checks_all_rows_together
            a_key_that_a_relation_imposes_is_filled_in_or_compared
            a_discriminator_that_a_relation_imposes_is_filled_in_or_compared
            patches_change_what_is_given
            patches_are_checked
            an_empty_patch_is_an_error_without_a_statement
            replace_writes_all_of_a_row
            targets_and_links_of_relations_through_links
            a_key_that_is_part_of_the_id
            lists_of_keys_and_columns_of_json
            composite_keys
            json_within_drafts
            a_source_whose_key_is_null_takes_no_data
            hostile_texts_are_refused_or_stored_as_they_are
        }
        theme! { $database, keys:
            composite_keys_create_find_patch_and_delete
            composite_keys_are_unique_and_named_in_errors
            composite_keys_are_included_both_ways
            a_has_one_from_a_field_that_is_not_the_id
            a_relation_of_a_model_to_itself
            two_has_ones_to_one_target
            uuid_and_byte_keys
            text_keys_are_matched_exactly
            text_keys_that_differ_in_trailing_spaces_are_different
            narrow_and_unsigned_integer_keys
            a_violated_key_to_the_model_itself_names_the_side_that_was_written
        }
        theme! { $database, metadata:
            a_has_one_infers_its_name_and_keys
            a_has_one_keeps_what_it_is_given
            relations_of_every_kind_can_be_closed_to_filters
            a_belongs_to_takes_its_name_from_the_field_without_id
            a_belongs_to_keeps_what_it_is_given
            has_manys_tell_their_names_and_keys
            a_model_lists_fields_and_relations_in_order
            a_field_tells_its_settings
            a_table_is_named_after_its_struct
            metadata_of_models_that_point_at_each_other_can_be_shown
        }
        theme! { $database, polymorphic:
            rows_are_sorted_by_what_two_steps_lead_to
            create_fills_key_and_discriminator
            include_takes_one_statement_a_type
            the_owner_of_one_row
            an_unknown_discriminator_is_named
            metadata_of_both_sides
            owners_are_found_by_their_contact
            set_keeps_the_one_row
            links_lead_to_rows_of_several_models
        }
        theme! { $database, references_many:
            a_list_comes_back_as_it_was_written
            include_keeps_order_and_duplicates_and_passes_over_missing_rows
            a_scope_orders_and_limits_each_list
            the_repository_finds_adds_and_removes
            adds_at_once_all_stay
            lists_stand_in_predicates
        }
        theme! { $database, nested:
            a_has_one_and_has_manys_three_levels_deep
            setters_add_up_and_may_be_left_empty
            drafts_of_different_fields_take_further_statements
            children_go_to_the_parent_they_were_drafted_with
            very_many_children_take_several_statements
            a_grandchild_that_is_refused_leaves_nothing
            of_two_drafts_of_a_has_one_the_last_counts
            a_transaction_undoes_nested_rows
            nested_rows_that_are_refused_leave_their_transaction_usable
            a_has_many_repository_creates_nested_rows
            a_has_one_repository_creates_nested_rows
            set_refuses_nested_rows_before_any_statement
            set_takes_a_draft_with_an_empty_list
            build_keeps_nested_rows
            debug_of_a_draft_shows_no_values
            a_tree_of_one_model
            keys_that_are_not_a_single_id
            a_row_whose_key_is_null_takes_no_children
            a_nested_model_with_another_key_is_refused
        }
        theme! { $database, regexp:
            patterns_are_found_anywhere_in_the_text
            classes_know_ascii
            iregexp_ignores_case
            null_is_left_out
            signs_and_line_breaks_are_characters
            characters_beyond_ascii
            patterns_at_their_limits
            patterns_of_unlike_meaning_are_refused_before_any_statement
            statements_per_database
        }
        theme! { $database, related:
            some_keeps_sources_with_such_a_target
            none_keeps_sources_without_such_a_target
            every_leaves_out_sources_with_a_target_for_which_it_is_not_true
            exists_asks_nothing_of_the_target
            to_one_relations_stand_in_predicates
            predicates_nest
            related_predicates_combine_with_others
            count_first_and_exists_take_related_predicates
            an_offset_passes_over_rows_and_not_over_their_targets
            an_update_and_a_delete_take_related_predicates
            an_update_and_a_delete_may_ask_about_their_own_table
            writes_through_a_relation_take_related_predicates
            a_relation_of_a_model_to_itself_in_predicates_and_writes
            a_composite_id_in_a_write_with_a_related_predicate
            scopes_take_related_predicates
            rows_sort_by_their_has_one
            rows_sort_by_what_they_belong_to
            rows_sort_by_a_column_several_relations_away
            a_related_order_goes_with_limits_and_joined_includes
            scopes_sort_by_related_columns
            of_two_rows_behind_a_has_one_the_first_by_id_sorts
            counts_come_instead_of_rows
            counts_come_with_rows
            a_count_minds_the_filter_of_its_scope_and_not_its_limit
            counts_nest
            a_value_the_database_cannot_hold_is_refused_within_a_relation
        }
        theme! { $database, repository:
            create_gives_the_row_as_stored
            create_without_any_value
            a_generated_id_is_never_given_again
            create_with_a_taken_id_or_unique_value_is_refused
            a_failed_statement_is_shown_to_the_observer
            find_ends_in_all_first_get_count_and_exists
            find_without_a_row
            to_sql_is_the_text_that_runs
            a_query_can_be_kept_and_run_twice
            limit_and_offset_count_rows
            an_offset_without_a_limit_hides_no_rows
            rows_come_by_id_unless_ordered
            ties_are_broken_by_id_and_later_orders
            null_sorts_first_ascending_and_last_descending
            text_sorts_by_code_points
            find_by_id_gives_the_row_or_says_which_is_missing
            composite_ids_find_patch_replace_and_delete
            patch_by_id_changes_one_row
            patch_by_filter_counts_matched_rows
            patch_all_rows
            an_empty_patch_is_an_error_without_a_statement
            a_patch_to_a_taken_unique_value_is_refused
            replace_writes_all_columns
            replace_of_a_missing_row_is_not_found
            replace_of_a_model_that_is_all_id
            delete_by_id_filter_and_all_rows
            a_missing_value_is_a_not_null_violation
            a_null_in_a_required_column_is_a_not_null_violation
            a_check_of_the_database_is_reported
            a_missing_table_is_a_database_error_with_its_source
            repositories_take_the_database_by_value_and_by_reference
            a_list_of_ids_keeps_the_order_asked_for
            a_builder_can_be_shared_by_several_tasks
        }
        theme! { $database, resolvers:
            names_are_open_relations_then_resolvers
            a_removed_relation_is_unknown_wherever_it_is_named
            relations_of_every_kind_can_be_removed
            a_closed_relation_can_be_opened
            a_resolver_is_called_once_for_all_rows_of_a_level
            a_resolver_gets_its_scope_and_stands_in_scopes
            a_closure_is_a_resolver
            names_that_are_taken_are_refused
            what_a_resolver_gives_is_no_property
            a_resolver_that_fails_is_named
            clones_and_transactions_share_one_registry
            a_database_can_have_a_registry_of_its_own
            a_list_that_changes_meanwhile_changes_nothing_of_a_query
            two_models_of_one_name_are_told_apart
        }
        theme! { $database, run_time_filter:
            operators_are_those_of_typed_columns
            all_that_a_where_says_must_hold
            empty_groups
            related_rows_in_a_where
            forms_of_order
            orders_that_are_refused
            limits_and_offsets
            forms_of_fields
            forms_of_include
            an_unknown_relation_is_refused_also_when_there_is_no_row
            all_that_is_wrong_is_told_at_once
            messages_say_what_could_stand_there
            wheres_that_are_refused
            values_of_every_type
            values_that_would_change_are_refused
            hidden_properties_are_unknown
            closed_relations_are_unknown
            a_budget_bounds_what_is_asked_for
            a_budget_bounds_how_deep_a_filter_goes
            very_large_filters_are_refused_and_never_match_everything
            query_strings_say_the_same_as_json
            filters_are_values
        }
        theme! { $database, schema:
            the_text_of_a_schema
            create_drop_and_create_again
            drop_removes_rows_that_refer_to_each_other
            a_schema_that_fails_leaves_nothing_where_the_database_can
            statements_of_a_schema_are_observed
            two_tables_that_refer_to_each_other
            on_delete_set_null
            on_delete_cascade
            a_default_is_the_databases
            a_belongs_to_gets_an_index
            on_update_cascade
            sides_that_disagree_are_an_invalid_schema
            a_missing_model_is_an_invalid_schema
            two_models_of_one_table_are_an_invalid_schema
            sets_of_models_nest_and_repeat
            long_names_still_tell_the_relation
        }
        theme! { $database, trees:
            trees_are_those_of_a_naive_loader
            graphs_are_those_of_a_naive_loader
        }
        theme! { $database, through:
            find_gives_the_linked_targets
            find_filters_sorts_limits_and_includes
            find_by_id_finds_only_linked_targets
            count_and_exists_look_at_linked_targets
            create_makes_the_target_and_the_link
            create_linked_fills_further_columns_of_the_link
            create_all_is_one_statement_for_targets_and_one_for_links
            create_for_a_source_that_is_not_there_leaves_nothing
            a_link_that_fails_takes_the_new_target_with_it
            link_data_that_contradicts_a_key_is_refused
            link_makes_one_row_however_often_it_is_called
            link_with_fills_a_new_link_and_leaves_one_that_is_there
            link_all_takes_repetitions_and_what_is_linked
            more_links_than_one_statement_takes
            rows_are_linked_where_the_database_does_not_return_them
            links_to_or_from_rows_that_are_not_there_are_refused
            unlink_removes_links_and_keeps_targets
            unlink_each_removes_the_links_there_are
            unlink_all_removes_the_links_of_one_source
            is_linked_asks_for_one_pair
            set_links_exactly_these
            of_sets_at_once_one_holds
            patch_changes_linked_targets
            delete_spares_targets_that_others_link_to
            delete_by_a_filter_takes_target_and_link
            delete_by_id_takes_only_a_linked_target
            delete_without_links_does_nothing
            a_delete_that_fails_keeps_targets_and_links
            links_of_one_pair_at_once_leave_one_row
            a_unique_value_of_another_link_is_not_swallowed
            a_transaction_takes_targets_and_links_back
            an_operation_that_fails_leaves_its_transaction_usable
            a_link_that_another_made_meanwhile_is_there
            users_follow_users_both_ways
            a_has_many_beside_one_through_links
            composite_keys_on_both_sides
            uuid_and_text_keys
            keys_that_are_not_ids
            repeated_links_are_included_each
            repeated_links_are_made_and_removed
            links_are_unique_in_the_schema_unless_repeated
            sources_share_included_targets
            an_include_of_one_source_or_of_none
            scopes_filter_sort_and_limit_per_source
            links_filter_and_sort_what_is_included
            linked_gives_the_link_with_each_target
            linked_targets_as_json
            targets_are_counted_per_source
            what_is_nested_under_targets_is_loaded_once
            links_under_joined_relations
            links_under_a_has_many_under_links
            without_their_constraint_links_give_each_target_once
            of_two_rows_under_a_linked_target_the_first_by_id_is_taken
            of_two_rows_under_a_target_of_two_sources_the_first_by_id_is_taken
            predicates_follow_links
            predicates_over_links_choose_what_is_changed
            nested_drafts_make_targets_and_links
            nested_drafts_take_drafts_of_links
            a_nested_draft_that_fails_leaves_nothing
        }
        theme! { $database, transactions:
            ok_commits
            an_error_of_any_type_rolls_back
            a_panic_rolls_back
            a_dropped_future_rolls_back
            a_future_dropped_during_a_statement_rolls_back
            a_handle_kept_beyond_the_closure_is_closed
            a_handle_in_another_task_is_closed_when_the_closure_ends
            others_do_not_see_what_is_not_committed
            includes_and_relations_see_the_rows_of_their_transaction
            statements_of_a_transaction_are_observed
            a_nested_transaction_is_kept_or_undone_on_its_own
            a_nested_transaction_that_fails_in_the_database_leaves_the_outer_usable
            a_nested_transaction_that_is_dropped_is_undone
            a_nested_transaction_dropped_last_is_not_committed
            the_outer_handle_is_busy_during_a_nested_transaction
            a_nested_handle_kept_beyond_its_closure_is_closed
            statements_of_one_transaction_queue
            every_isolation_runs
            isolation_does_not_outlive_its_transaction
            a_snapshot_sees_one_moment
            a_snapshot_does_not_write
            conflicting_transactions_are_retried_until_both_succeed
            an_ignored_error_never_loses_rows_in_silence
            a_nested_transaction_still_open_at_the_end_keeps_nothing
            a_conflict_without_a_retry_is_reported
            other_errors_are_not_retried
            writers_queue_and_do_not_fail
            a_transaction_borrows_from_its_surroundings
        }
    };
}

mod mysql;
mod postgres;
mod server;
mod sqlite;
