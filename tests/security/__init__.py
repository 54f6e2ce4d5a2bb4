"""The app under attack. The lists of DocTypes, endpoints, pages, prints, reports and texts are read from the app itself.

The 13 groups, and the files that hold each:

 1. Roles in the files of DocTypes   test_doctypes.py, test_roles.py
 2. Flags of roles after a migrate   test_roles.py
 3. Isolation of people              test_doctypes.py, test_endpoints.py, test_child_rows.py, test_complained_of.py, test_whitelisted.py,
                                     test_every_page_and_print.py, test_every_web_page.py
 4. Mass assignment                  test_rest_writes.py, test_scope_pulling.py, test_scope.py
 5. Workflows, approving oneself     test_workflow_paths.py, test_rest_writes.py, test_recheck_paths.py, test_refund_paths.py
 6. Files                            test_uploads.py, ../portal/test_files.py
 7. Endpoints as such, CSRF          test_endpoints.py, test_whitelisted.py, test_csrf.py
 8. Things of the wrong type         test_type_confusion.py, test_endpoints.py, ../fuzz
 9. SQL, templates and script        test_injection.py (with sql_watch.py), test_type_confusion.py, test_texts.py and test_texts_on_paper.py (with
                                     texts.py); the desk's own screens in ../test_call_sheet_page.py, ../test_estate_tree.py,
                                     ../test_dispatch_forms.py, ../browser/test_counter.py, ../browser/test_fee_counter.py
10. The payment gateway's call       ../test_payment_callback.py
11. Conditions of lists              test_doctypes.py
12. Static                           ../pure/test_house.py, test_whitelisted.py
13. Guessing and limits              test_guessing.py, ../portal/test_sign_in.py
"""
